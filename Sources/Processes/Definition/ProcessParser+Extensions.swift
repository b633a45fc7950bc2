import Markup

/// Reads `zeebe:` extension elements, expressions and names.
extension ProcessParser {
    func extensionElement(_ source: Element, _ name: String) -> Element? {
        source.child(named: "extensionElements", in: Namespace.bpmn)?
            .child(named: name, in: Namespace.zeebe)
    }

    func properties(of source: Element) -> [ProcessField] {
        let rows = extensionElement(source, "properties")?.children(
            named: "property", in: Namespace.zeebe)
        return (rows ?? []).compactMap { row in
            row.attribute("name").map {
                ProcessField($0, .text(row.attribute("value") ?? ""))
            }
        }
    }

    func headers(of source: Element) -> [ProcessField] {
        Self.headers(extensionElement(source, "taskHeaders"))
    }

    /// The headers of a listener, which stand directly in it.
    private func headers(in listener: Element) -> [ProcessField] {
        Self.headers(listener.child(named: "taskHeaders", in: Namespace.zeebe))
    }

    private static func headers(_ group: Element?) -> [ProcessField] {
        (group?.children(named: "header", in: Namespace.zeebe) ?? []).compactMap { row in
            row.attribute("key").map { ProcessField($0, .text(row.attribute("value") ?? "")) }
        }
    }

    mutating func mappings(_ index: Int) {
        let source = sources[index]
        guard let mapping = extensionElement(source, "ioMapping") else { return }
        for row in mapping.children(named: "input", in: Namespace.zeebe) {
            if let read = self.mapping(row, of: source, allowsText: true) {
                elements[index].inputs.append(read)
            }
        }
        for row in mapping.children(named: "output", in: Namespace.zeebe) {
            if let read = self.mapping(row, of: source, allowsText: false) {
                elements[index].outputs.append(read)
            }
        }
    }

    private mutating func mapping(
        _ row: Element, of source: Element, allowsText: Bool
    ) -> VariableMapping? {
        let target = row.attribute("target") ?? ""
        let path = target.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !target.isEmpty, path.allSatisfy(Self.isVariableName) else {
            note(
                .error, source,
                "expected the target of a mapping to be a variable, found '\(target)'",
                remedy: "use a name, or names joined by dots")
            return nil
        }
        var text = row.attribute("source") ?? ""
        // Camunda 8.8 and later: an input that is left empty is null, whatever the scope around has.
        if text.isEmpty, allowsText { text = "=null" }
        guard !text.isEmpty else {
            note(
                .error, source, "the mapping to \(target) has no source",
                remedy: "write an expression that starts with '='")
            return nil
        }
        let what = "mapping to \(target)"
        if allowsText {
            return VariableMapping(
                source: textOrExpression(text, of: source, what: what), target: path)
        }
        return expression(text, of: source, what: what).map {
            VariableMapping(source: .expression($0), target: path)
        }
    }

    /// `bindingType` and `versionTag` of a reference.
    mutating func binding(of reference: Element, at source: Element) -> VersionBinding {
        let tag = reference.attribute("versionTag") ?? ""
        switch reference.attribute("bindingType") ?? "" {
        case "", "deployment": return .deployment
        case "latest": return .latest
        case "versionTag":
            if tag.isEmpty {
                note(
                    .error, source, "expected versionTag in \(reference.name), found none",
                    remedy: "name the version, or bind it by deployment or latest")
            }
            return .versionTag(tag)
        case let other:
            note(
                .error, source,
                "expected the binding type of \(reference.name) to be latest,"
                    + " deployment or versionTag, found '\(other)'",
                remedy: "write one of the three")
            return .deployment
        }
    }

    /// Scripts and other files that a worker runs stand in no set.
    mutating func refuseLinkedResources(_ source: Element) {
        let linked = extensionElement(source, "linkedResources")?.children(
            named: "linkedResource", in: Namespace.zeebe)
        for resource in linked ?? [] {
            let id = resource.attribute("resourceId") ?? ""
            let type = resource.attribute("resourceType") ?? ""
            note(
                .error, source,
                "its linked resource '\(id)'\(type.isEmpty ? "" : " (\(type))") is not kept here",
                remedy: "let the worker keep it, and name it in a task header")
        }
    }

    static func isVariableName(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first else { return false }
        return (first.properties.isXIDStart || first == "_" || first == "$")
            && name.unicodeScalars.allSatisfy {
                $0.properties.isXIDContinue || $0 == "_" || $0 == "$"
            }
    }

    mutating func listeners(_ index: Int) {
        let source = sources[index]
        for (group, row, isTask) in [
            ("executionListeners", "executionListener", false),
            ("taskListeners", "taskListener", true),
        ] {
            for listener in extensionElement(source, group)?.children(
                named: row, in: Namespace.zeebe) ?? []
            {
                let name = listener.attribute("eventType") ?? ""
                guard let event = Listener.Event(rawValue: name), event.isOfTask == isTask else {
                    note(
                        .error, source, "the \(row) listens to '\(name)', which does not exist",
                        remedy: isTask
                            ? "use creating, assigning, updating, completing or canceling"
                            : "use start or end")
                    continue
                }
                let type = required(listener, "type", of: source)
                let retries = listener.attribute("retries").map {
                    textOrExpression($0, of: source, what: "retries")
                }
                elements[index].listeners.append(
                    Listener(
                        event: event,
                        job: JobDescription(type: type, retries: retries ?? .text("3")),
                        isTaskListener: isTask, headers: headers(in: listener)))
            }
        }
    }

    // MARK: Texts and expressions

    /// The text of an attribute that must be there.
    mutating func requiredText(_ element: Element, _ name: String, of source: Element) -> String {
        guard let text = element.attribute(name), !text.isEmpty else {
            note(
                .error, source, "expected \(name) in \(element.name), found none",
                remedy: "set it")
            return ""
        }
        return text
    }

    mutating func required(
        _ element: Element, _ name: String, of source: Element
    ) -> TextOrExpression {
        textOrExpression(requiredText(element, name, of: source), of: source, what: name)
    }

    mutating func optional(
        _ element: Element, _ name: String, of source: Element
    ) -> TextOrExpression? {
        guard let text = element.attribute(name), !text.isEmpty else { return nil }
        return textOrExpression(text, of: source, what: name)
    }

    /// `=` begins an expression, as in every file for Camunda 8; anything else is itself.
    mutating func textOrExpression(
        _ text: String, of source: Element, what: String
    ) -> TextOrExpression {
        guard text.hasPrefix("=") else { return .text(text) }
        guard let compiled = expression(text, of: source, what: what) else { return .text("") }
        return .expression(compiled)
    }

    /// An expression that must begin with `=`.
    mutating func expression(
        _ text: String, of source: Element, what: String
    ) -> CompiledExpression? {
        guard text.hasPrefix("=") else {
            let found = text.isEmpty ? "nothing" : "the static value '\(text)'"
            note(
                .error, source, "expected an expression for the \(what), found \(found)",
                remedy: "write an expression that starts with '='")
            return nil
        }
        do {
            return try CompiledExpression(source: String(text.dropFirst()))
        } catch {
            note(
                .error, source, "the expression for the \(what) does not compile: \(error.message)",
                remedy: "correct '\(text)'")
            return nil
        }
    }
}
