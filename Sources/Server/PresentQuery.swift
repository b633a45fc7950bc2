internal import Business
internal import Engine
internal import Records
internal import Views

/// A question that the daemon answers itself, from the writer or from the views' own state.
struct PresentQuery: Sendable {
    /// The question's name, `engine.object`.
    let name: String
    /// What it tells, in a sentence.
    let documentation: String
    /// What can be given.
    let parameters: RecordDescription

    private init<Parameters: Record>(
        _ name: String, _ documentation: String, _ parameters: Parameters.Type
    ) {
        self.name = name
        self.documentation = documentation
        self.parameters = Parameters.schema.description
    }

    static let preview = PresentQuery(
        "finance.preview", "The vouchers that a command would make.", PreviewParameters.self)
    static let object = PresentQuery(
        "engine.object", "The state of a thing.", ObjectParameters.self)
    static let views = PresentQuery(
        "engine.views", "How far each view is.", NoParameters.self)
    static let actor = PresentQuery(
        "engine.actor", "Who asks, with which roles, and who the people are.", NoParameters.self)

    /// All of them.
    static let all = [preview, object, views, actor]

    /// The question with a name.
    static func named(_ name: String) -> PresentQuery? { all.first { $0.name == name } }
}

/// Which command's vouchers are wanted.
struct PreviewParameters: Record {
    let command: String
    let payload: JSONValue?

    static let schema = Schema<PreviewParameters>(
        "finance.preview-parameters", "The command whose vouchers are wanted.",
        Field(1, "command", \.command, "The command's name, sales.place-order."),
        Field(2, "payload", \.payload, "What the command would be given."),
        make: PreviewParameters.init)
}

/// Which thing is wanted.
struct ObjectParameters: Record {
    let object: String

    static let schema = Schema<ObjectParameters>(
        "engine.object-parameters", "The thing whose state is wanted.",
        Field(1, "object", \.object, "The thing as type/id, sales.order/SO-1."),
        make: ObjectParameters.init)
}

extension Request {
    /// The parameters of a question.
    func parameters<Parameters: Record>(
        as type: Parameters.Type
    ) throws(RequestFailure) -> Parameters {
        do throws(InputFailure) {
            return try Parameters.read(payload, JSONContext(currency: nil))
        } catch {
            throw RequestFailure(code: error.code.rawValue, message: "\(error)")
        }
    }

    /// Why a question that knows only the present is not answered: it is asked about the past.
    var pastRefusal: QueryFailure? {
        ["as-of", "at"].first { options[$0] != nil }.map {
            .optionNotSupported(option: $0, query: subject)
        }
    }
}
