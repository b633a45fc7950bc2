internal import Markup
internal import Records

/// Version tags that the decisions and forms of a set have been given in the modeler.
struct VersionTags: Sendable {
    /// By decision id.
    private(set) var decisions: [String: String] = [:]
    /// By form id.
    private(set) var forms: [String: String] = [:]

    private static let zeebe = "http://camunda.org/schema/zeebe/1.0"
    /// Most files have none: they are not read for it.
    private static let word = Array("versionTag".utf8)

    init() {}

    init(_ files: [GivenDefinition]) {
        for file in files where file.name.hasSuffix(".dmn") && Self.isMentioned(in: file.bytes) {
            guard let root = try? MarkupParser.parse(file.bytes, limits: MarkupLimits()) else {
                continue
            }
            for decision in root.children(named: "decision") {
                let tag = decision.child(named: "extensionElements")?
                    .child(named: "versionTag", in: Self.zeebe)?.attribute("value")
                if let id = decision.attribute("id"), let tag { decisions[id] = tag }
            }
        }
        for (id, file) in FormFile.files(in: files) where Self.isMentioned(in: file.bytes) {
            let form = try? JSONValue.parse(file.bytes)
            if let tag = form?["versionTag"]?.stringValue { forms[id] = tag }
        }
    }

    private static func isMentioned(in bytes: [UInt8]) -> Bool {
        bytes.firstRange(of: word) != nil
    }
}
