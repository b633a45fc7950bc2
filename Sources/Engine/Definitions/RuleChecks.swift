internal import Business
internal import Records

/// Checks of the rule files of a set that need to know what they are for.
enum RuleChecks {
    /// What is wrong, in the order of the files.
    static func faults(in files: [GivenDefinition]) -> [DefinitionFault] {
        var faults: [DefinitionFault] = []
        for file in files {
            do throws(DefinitionFault) {
                try check(file)
            } catch {
                faults.append(error)
            }
        }
        return faults
    }

    /// Folders of a set and what their files must be.
    private static func check(_ file: GivenDefinition) throws(DefinitionFault) {
        let path = file.name
        let isKnown =
            endings.contains(where: path.hasSuffix)
            || path.hasSuffix(".yaml") && folders.contains(where: path.hasPrefix)
        guard isKnown else {
            throw DefinitionFault(
                file: path,
                "Expected a file that a set can hold: \(endings.joined(separator: ", ")), or a file of processes/chart, processes/tax, processes/terms or processes/roles.",
                remedy: "Leave the file out.")
        }
    }

    private static let endings = [".bpmn", ".dmn", ".form", ".calendar"]
    /// Folders whose YAML files the departments read and check.
    private static let folders = [
        "processes/chart/", "processes/tax/", "processes/terms/", "processes/roles/",
    ]
}
