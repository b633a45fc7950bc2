internal import Business
internal import Processes
internal import Records

/// Checks a set of definition files as a whole and compiles it.
enum SetCompiler {
    /// What came of it: a set, or errors; warnings in either case.
    struct Result {
        var set: DeployedSet?
        var roles: (any RoleBook)?
        var errors: [String] = []
        var warnings: [String] = []
    }

    static func compile(
        _ files: [DefinitionFile], number: Int, validFrom: BusinessDate, registry: Registry,
        earlier: DeployedSet?
    ) -> Result {
        var result = Result()
        _ = (files, number, validFrom, registry, earlier)
        result.errors = ["not built"]
        return result
    }
}
