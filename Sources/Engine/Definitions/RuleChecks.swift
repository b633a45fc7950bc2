internal import Business
internal import Records

/// Checks of the rule files of a set that need to know what they are for.
enum RuleChecks {
    /// What is wrong, in the order of the files.
    ///
    /// A YAML file that no department reads would be taken and have no effect. `deployed` has the
    /// paths of files that were taken before this was looked at, and stay.
    static func faults(
        in files: [GivenDefinition], deployed: Set<String>
    ) -> [DefinitionFault] {
        files.filter { !isRead($0.name) && !deployed.contains($0.name) }.map { file in
            DefinitionFault(
                file: file.name,
                "Expected a file that something reads: \(readNames.joined(separator: ", ")); nothing reads this one.",
                remedy: "Give it the name that is meant, or leave it out.")
        }
    }

    private static func isRead(_ path: String) -> Bool {
        if endings.contains(where: path.hasSuffix) || yamlFiles.contains(path) { return true }
        let parts = path.split(separator: "/")
        return path.hasPrefix(chartFolder) && path.hasSuffix(".yaml") && parts.count == 3
    }

    private static var readNames: [String] {
        endings.map { "*\($0)" } + yamlFiles + ["\(chartFolder)*.yaml"]
    }

    private static let endings = [".bpmn", ".dmn", ".form", ".calendar"]
    /// The YAML files that the departments read and check.
    private static let yamlFiles = [TaxCodes.file, PaymentTermsBook.file, RoleBook.file]
    /// The folder of charts of accounts, each named by its company.
    private static let chartFolder = "processes/chart/"
}
