internal import Business
internal import Records

/// The check of a form: form-js JSON, as the Camunda Modeler writes it.
///
/// A form is known by its file's name without folder and ending. The daemon keeps what a form looks
/// like for whoever shows it; that it can be shown and filled is proved when it is deployed.
struct FormFile {
    private static let ending = ".form"
    /// Components that a person fills: each has a key.
    private static let inputs: Set<String> = [
        "checkbox", "checklist", "datetime", "expression", "filepicker", "number", "radio",
        "select", "taglist", "textarea", "textfield",
    ]
    /// Components that hold others, and what they need besides.
    private static let containers: Set<String> = ["dynamiclist", "group"]
    /// Components that only show something.
    private static let pictures: Set<String> = [
        "button", "documentPreview", "html", "iframe", "image", "separator", "spacer", "table",
        "text",
    ]
    private static let dateKinds: Set<String> = ["date", "datetime", "time"]

    private let file: String
    private var componentIDs: Set<String> = []

    private init(file: String) { self.file = file }

    /// The forms among a set's files, by their ids.
    static func files(in files: [GivenDefinition]) -> [(id: String, file: GivenDefinition)] {
        files.filter { $0.name.hasSuffix(ending) }.map { (id($0.name), $0) }
    }

    /// What is wrong with the forms of a set, in the order of the files.
    static func faults(in files: [GivenDefinition]) -> [DefinitionFault] {
        var faults: [DefinitionFault] = []
        var fileOfID: [String: String] = [:]
        for file in files where file.name.hasSuffix(ending) {
            var form = FormFile(file: file.name)
            do throws(DefinitionFault) {
                try form.check(file.bytes)
            } catch { faults.append(error) }
            if let other = fileOfID.updateValue(file.name, forKey: id(file.name)) {
                faults.append(
                    DefinitionFault(
                        file: file.name,
                        "Expected one file per form, found \(id(file.name)) in \(other) too.",
                        remedy: "Give one of them another name."))
            }
        }
        return faults
    }

    private static func id(_ name: String) -> String {
        String((name.split(separator: "/").last ?? "").dropLast(ending.count))
    }

    private func fault(_ place: String, _ message: String, _ remedy: String) -> DefinitionFault {
        DefinitionFault(file: file, place: place, message, remedy: remedy)
    }

    private mutating func check(_ bytes: [UInt8]) throws(DefinitionFault) {
        guard bytes.count <= DefinitionFile.bytesMax else {
            throw fault(
                "", "Expected at most \(DefinitionFile.bytesMax) bytes, found \(bytes.count).",
                "Split the form.")
        }
        let form: JSONValue
        do throws(JSONFailure) {
            form = try JSONValue.parse(bytes)
        } catch {
            throw fault(
                "byte \(error.byteOffset)", "Expected JSON: \(error.reason).",
                "Correct the place named.")
        }
        guard form.objectMembers != nil else {
            throw fault(
                "", "Expected an object, found \(form.kindName).", "Export the form again.")
        }
        guard try text("type", of: form, "") == "default" else {
            throw fault(
                "type", "Expected \"default\", the type of a form.", "Export the form again.")
        }
        let id = try text("id", of: form, "")
        guard id == Self.id(file) else {
            throw fault(
                "id", "Expected \(Self.id(file)), the name of the file, found \(id).",
                "Make the id and the name of the file alike.")
        }
        try checkComponents(of: form, "")
    }

    private mutating func checkComponents(
        of parent: JSONValue, _ place: String
    ) throws(DefinitionFault) {
        let list = place.isEmpty ? "components" : "\(place).components"
        guard let components = parent["components"]?.arrayValue else {
            throw fault(
                list, "Expected a list, found \(parent["components"]?.kindName ?? "nothing").",
                "Give the components of the form.")
        }
        var keys: Set<String> = []
        for (index, component) in components.enumerated() {
            let place = "\(list)[\(index)]"
            guard let key = try check(component, place) else { continue }
            // Of fields that are shown on conditions, several may fill the same.
            guard keys.insert(key).inserted || component["conditional"] != nil else {
                throw fault(
                    "\(place).key", "Expected a key that no other field here has, found \(key).",
                    "Choose another key.")
            }
        }
    }

    /// Checks a component and what it holds; the key that it fills.
    private mutating func check(
        _ component: JSONValue, _ place: String
    ) throws(DefinitionFault) -> String? {
        guard component.objectMembers != nil else {
            throw fault(
                place, "Expected an object, found \(component.kindName).", "Correct the component.")
        }
        let type = try text("type", of: component, place)
        try checkLook(of: component, place)
        if Self.inputs.contains(type) {
            if type == "datetime" { try checkDateKind(of: component, place) }
            return try path("key", of: component, place)
        }
        if Self.containers.contains(type) {
            if type == "dynamiclist" || component["path"] != nil {
                _ = try path("path", of: component, place)
            }
            try checkComponents(of: component, place)
            return nil
        }
        guard Self.pictures.contains(type) else {
            let known = Self.inputs.union(Self.containers).union(Self.pictures).sorted()
            let hint = nearest(to: type, among: known).map { " Did you mean \($0)?" } ?? ""
            throw fault(
                "\(place).type", "Expected a type of form-js, found \"\(type)\".\(hint)",
                "Known are \(known.joined(separator: ", ")).")
        }
        return nil
    }

    /// Checks what every component may have: an id of its own, a label, whether it is for reading
    /// only, and whether it must be filled.
    private mutating func checkLook(
        of component: JSONValue, _ place: String
    ) throws(DefinitionFault) {
        if component["id"] != nil {
            let id = try text("id", of: component, place)
            guard componentIDs.insert(id).inserted else {
                throw fault(
                    "\(place).id", "Expected an id that no other component has, found \(id).",
                    "Choose another id.")
            }
        }
        if component["label"] != nil {
            _ = try text("label", of: component, place, mayBeEmpty: true)
        }
        try checkSwitch("readonly", of: component, place)
        try checkSwitch("disabled", of: component, place)
        guard let validation = component["validate"] else { return }
        guard validation.objectMembers != nil else {
            throw fault(
                "\(place).validate", "Expected an object, found \(validation.kindName).",
                "Correct the field.")
        }
        try checkSwitch("required", of: validation, "\(place).validate")
    }

    private func checkDateKind(
        of component: JSONValue, _ place: String
    ) throws(DefinitionFault) {
        let kind = try text("subtype", of: component, place)
        guard Self.dateKinds.contains(kind) else {
            throw fault(
                "\(place).subtype",
                "Expected \(Self.dateKinds.sorted().joined(separator: ", ")), found \"\(kind)\".",
                "Choose one of them.")
        }
    }

    /// True, false, or an expression that gives one.
    private func checkSwitch(
        _ name: String, of object: JSONValue, _ place: String
    ) throws(DefinitionFault) {
        switch object[name] {
        case nil, .boolean: return
        case .string(let text) where text.hasPrefix("="): return
        case let other?:
            throw fault(
                "\(place).\(name)",
                "Expected true, false or an expression, found \(other.kindName).",
                "Correct the field.")
        }
    }

    private func text(
        _ name: String, of object: JSONValue, _ place: String, mayBeEmpty: Bool = false
    ) throws(DefinitionFault) -> String {
        let value = object[name]
        guard let text = value?.stringValue, mayBeEmpty || !text.isEmpty else {
            let found = value?.stringValue == "" ? "an empty one" : value?.kindName ?? "nothing"
            throw fault(
                place.isEmpty ? name : "\(place).\(name)", "Expected a text, found \(found).",
                "Give the \(name).")
        }
        return text
    }

    /// Names with dots between them, `customer.name`.
    private func path(
        _ name: String, of component: JSONValue, _ place: String
    ) throws(DefinitionFault) -> String {
        let text = try text(name, of: component, place)
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPath = parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy {
                    switch $0 {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"),
                        UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                        true
                    default: false
                    }
                }
        }
        guard isPath else {
            throw fault(
                "\(place).\(name)",
                "Expected names of letters, digits and _ with dots between them, found \"\(text)\".",
                "Correct the \(name).")
        }
        return text
    }
}
