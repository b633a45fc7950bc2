internal import Business
internal import Engine
internal import Records
internal import Views

/// Questions about people: who asks, and whose work is asked for.
extension DaybookService {
    /// Who asks, and who the people are.
    func whoAsks(_ request: Request, peer: Peer) throws(RequestFailure) -> String {
        _ = try request.parameters(as: NoParameters.self)
        do throws(Rejection) {
            let actor = try engine.actor(for: peer, onBehalfOf: request.options["on-behalf-of"])
            return "ok \(engine.whoAsks(peer, actor))"
        } catch {
            return CommandReply.rejected(error).line
        }
    }

    /// Without parameters the work list is one's own.
    func mine(_ parameters: JSONValue, _ request: Request, _ peer: Peer) -> JSONValue {
        let isAll = parameters["all"].map { $0 != .boolean(false) } ?? false
        guard parameters["person"] == nil, parameters["roles"] == nil, !isAll else {
            return parameters
        }
        let actor = try? engine.actor(for: peer, onBehalfOf: request.options["on-behalf-of"])
        guard let actor, !actor.isOwner, case .object(let members) = parameters else {
            return parameters
        }
        let roles = actor.roles.sorted().map { JSONValue.string($0) }
        return .object(
            members + [
                JSONMember("person", .string(actor.person ?? actor.id)),
                JSONMember("roles", .array(roles)),
            ])
    }

    /// Refuses a work list of nobody: an empty one would say that nothing is to be done.
    ///
    /// A list that has tasks is right by itself, whatever the names in it.
    func refusalOfNames(_ parameters: JSONValue) -> String? {
        do throws(RequestFailure) {
            try requireKnown(whose: parameters)
            return nil
        } catch {
            return Self.refusal(error.code, error.message)
        }
    }

    private func requireKnown(whose parameters: JSONValue) throws(RequestFailure) {
        if let person = parameters["person"]?.stringValue {
            try Self.require(
                person, among: engine.knownPeople, what: "person",
                list: "`query \(PresentQuery.actor.name)` lists the people")
        }
        for role in (parameters["roles"]?.arrayValue ?? []).compactMap(\.stringValue) {
            try Self.require(
                role, among: engine.knownRoles, what: "role",
                list: "`query \(PresentQuery.actor.name)` tells who has which roles")
        }
    }

    private static func require(
        _ name: String, among names: Set<String>, what: String, list: String
    ) throws(RequestFailure) {
        if names.contains(name) { return }
        let near = nearest(to: name, among: names.sorted()).map { " Did you mean \($0)?" } ?? ""
        throw RequestFailure(
            code: "unknown-name",
            message: "There is no \(what) \(name.prefix(100)) here.\(near) \(list).")
    }
}
