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
        if path.hasPrefix("processes/chart/") {
            try read(ChartOfAccounts.self, file)
        } else if path.hasPrefix("processes/tax/") {
            try read(TaxCodes.self, file)
        } else if path.hasPrefix("processes/terms/") {
            try read(PaymentTermsBook.self, file)
        } else if path == RoleBook.file {
            try read(RoleBook.self, file)
        } else if !known.contains(where: path.hasSuffix) {
            throw DefinitionFault(
                file: path,
                "Expected a file that a set can hold: \(known.joined(separator: ", ")), or a file of processes/chart, processes/tax, processes/terms or processes/roles.",
                remedy: "Leave the file out.")
        }
    }

    private static let known = [".bpmn", ".dmn", ".form"]

    private static func read<Form: Record>(
        _ type: Form.Type, _ file: GivenDefinition
    ) throws(DefinitionFault) {
        _ = try DefinitionFile.read(file.bytes, file: file.name, as: type)
    }
}
