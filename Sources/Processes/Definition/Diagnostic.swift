/// Something about a definition that its author should know before it is deployed.
package struct Diagnostic: Sendable, Equatable, CustomStringConvertible {
    package enum Severity: String, Sendable, Equatable {
        /// Camunda 8 would refuse it, or it cannot run.
        case error
        /// It can run, and is probably not what was meant.
        case warning
    }

    package var severity: Severity
    package var file: String
    /// Id and name of the element; empty when the finding concerns the file.
    package var elementID: String
    package var elementName: String
    package var line: Int
    /// Expected and found, in one sentence.
    package var message: String
    package var remedy: String

    package init(
        _ severity: Severity, file: String, elementID: String = "", elementName: String = "",
        line: Int, message: String, remedy: String
    ) {
        self.severity = severity
        self.file = file
        self.elementID = elementID
        self.elementName = elementName
        self.line = line
        self.message = message
        self.remedy = remedy
    }

    package var description: String {
        let name = elementName.isEmpty ? "" : " \"\(elementName)\""
        let element = elementID.isEmpty ? "" : " \(elementID)\(name):"
        return "\(file):\(line): \(severity.rawValue):\(element) \(message); \(remedy)"
    }
}

/// What the engine knows beyond a diagram: the names that it may use.
package protocol DefinitionEnvironment {
    /// Whether a name's first part is one of our modules, so that it must be a command.
    func isModule(_ name: String) -> Bool
    func command(named name: String) -> CommandDescription?
    func hasEvent(named name: String) -> Bool
    func hasDecision(_ id: String) -> Bool
    func hasForm(_ id: String) -> Bool
    func hasProcess(_ id: String) -> Bool
    /// The version tag of what the set holds; nil where the set does not hold it, empty without one.
    func versionTag(of kind: VersionedKind, _ id: String) -> String?
    /// Whether a role of that name is known; every name is where roles are not.
    func hasRole(_ name: String) -> Bool
    /// Where roles are written down, for the remedy.
    var rolesFile: String { get }
}

extension DefinitionEnvironment {
    package func hasRole(_ name: String) -> Bool { true }
    package func versionTag(of kind: VersionedKind, _ id: String) -> String? { nil }
    package var rolesFile: String { "the roles" }
}

/// What a diagram's author may rely on about a command.
package struct CommandDescription: Sendable, Equatable {
    package var fieldNames: [String]
    package var requiredFieldNames: [String]
    package var rejectionCodes: [String]
    /// Refused from a service task unless a decision approved.
    package var isForPeopleOnly: Bool

    package init(
        fieldNames: [String], requiredFieldNames: [String], rejectionCodes: [String],
        isForPeopleOnly: Bool = false
    ) {
        self.fieldNames = fieldNames
        self.requiredFieldNames = requiredFieldNames
        self.rejectionCodes = rejectionCodes
        self.isForPeopleOnly = isForPeopleOnly
    }
}
