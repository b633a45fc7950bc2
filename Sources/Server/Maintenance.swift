internal import Business
internal import Engine
internal import EventLog
package import Records
internal import Views

/// What an operator asks of a running daemon beyond commands and questions.
package struct Maintenance: Sendable {
    /// Copies log and keys into a new folder and tells what was copied.
    package let backup: @Sendable (_ folder: String) throws -> JSONValue

    /// Maintenance with its means.
    package init(backup: @escaping @Sendable (_ folder: String) throws -> JSONValue) {
        self.backup = backup
    }
}

extension DaybookService {
    /// Why somebody may not maintain the folder; a gateway may what the person may for whom it asks.
    private func refusalToMaintain(_ request: Request, _ peer: Peer) -> String? {
        do throws(Rejection) {
            let actor = try engine.actor(for: peer, onBehalfOf: request.options["on-behalf-of"])
            if actor.isOwner || actor.roles.contains("operator") { return nil }
            return Self.refusal("not-allowed", "Maintenance needs the role operator.")
        } catch {
            return CommandReply.rejected(error).line
        }
    }

    /// Folds views anew beside the live ones and switches; tells how far it is.
    func rebuild(
        _ request: Request, _ peer: Peer, _ progress: @escaping @Sendable (String) -> Void
    ) -> String {
        if let refusal = refusalToMaintain(request, peer) { return refusal }
        let asked = request.payload["views"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let all = views.catalog.views.map { $0.name }
        for name in asked where !all.contains(name) {
            return Self.refusal(
                "unknown-view",
                "There is no view \"\(name)\"; there are: \(all.joined(separator: ", ")).")
        }
        if request.payload["rollBack"] == .boolean(true) { return rollBack(asked) }
        let results = views.rebuild(asked.isEmpty ? all : asked) { step in
            progress(
                "progress \(JSONValue.object(["view": .string(step.view), "position": .integer(step.position), "target": .integer(step.target), "eventsPerSecond": .integer(step.eventsPerSecond), "secondsLeft": .integer(step.secondsLeft)]))"
            )
        }
        var rows: [JSONValue] = []
        for (view, result) in results {
            switch result {
            case .success(let outcome): rows.append(outcome.json)
            case .failure(let failure):
                return Self.refusal(
                    "rebuild-failed", "\(view): \(failure)", [JSONMember("done", .array(rows))])
            }
        }
        return "ok \(JSONValue.object(["rows": .array(rows)]))"
    }

    /// Makes the rows before the last rebuild the live ones again.
    private func rollBack(_ names: [String]) -> String {
        guard !names.isEmpty else {
            return Self.refusal("missing-field", "views: expected the views to roll back, by name.")
        }
        var rows: [JSONValue] = []
        for name in names {
            do throws(ViewFailure) {
                let generation = try views.rollBack(name)
                rows.append(
                    .object([
                        "view": .string(name), "comparison": .string("rolled back"),
                        "generation": .integer(Int64(generation)),
                    ]))
            } catch {
                return Self.refusal(
                    "rebuild-failed", "\(name): \(error)", [JSONMember("done", .array(rows))])
            }
        }
        return "ok \(JSONValue.object(["rows": .array(rows)]))"
    }

    /// Copies log and keys into a new folder while work goes on.
    func backup(_ request: Request, _ peer: Peer) -> String {
        if let refusal = refusalToMaintain(request, peer) { return refusal }
        guard let folder = request.payload["folder"]?.stringValue, folder.hasPrefix("/") else {
            return Self.refusal(
                "missing-field", "folder: expected the whole path of a folder to make.")
        }
        do {
            return "ok \(try maintenance.backup(folder))"
        } catch {
            return Self.refusal("backup-failed", "\(error)")
        }
    }
}
