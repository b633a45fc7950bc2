internal import Markup

/// A DMN file that was read and not yet compiled, so that files can import each other.
package struct ModelFile {
    /// An import element of a file.
    package struct Import: Sendable, Hashable {
        /// The prefix under which the importing file sees the imported elements.
        package let name: String
        /// The namespace of the imported model.
        package let namespace: String
        /// Where the modeler found it, a file name at best; no file is opened by it.
        package let location: String
        package let place: Place
    }

    /// The file's name, for messages; empty where it has none.
    package let name: String
    let source: DefinitionsSource?
    let problems: [ModelProblem]

    /// Reads a file; what is wrong with it is reported when it is compiled.
    package init(_ bytes: [UInt8], name: String = "") {
        self.name = name
        do {
            let root = try MarkupParser.parse(bytes)
            var reader = ModelReader()
            source = reader.read(root)
            problems = reader.problems
        } catch {
            source = nil
            problems = [
                ModelProblem(
                    severity: .error, element: "the file", message: error.message,
                    line: error.line, column: error.column)
            ]
        }
    }

    /// The namespace under which other files import this one; empty where it has none.
    package var namespace: String { source?.namespace ?? "" }

    /// The models that the file imports, in its order; files of other kinds are left out.
    package var imports: [Import] { source?.modelImports ?? [] }
}

extension DefinitionsSource {
    var modelImports: [ModelFile.Import] {
        imports.filter(\.isModel).map {
            ModelFile.Import(
                name: $0.name, namespace: $0.namespace, location: $0.location, place: $0.place)
        }
    }
}

extension ImportSource {
    /// Whether it imports a decision model, and not items of another kind of file.
    var isModel: Bool {
        ModelReader.namespaces.contains(type) || type.contains("/DMN/")
    }
}
