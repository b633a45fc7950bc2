import DMN
import FEEL
package import Foundation
import Markup

/// One judged case of the kit.
package struct Verdict: Sendable {
    package enum Outcome: Sendable {
        case passed, failed
        /// The test file or its model could not be read.
        case unread

        /// The word of the kit's results files.
        package var word: String { self == .passed ? "SUCCESS" : "ERROR" }
    }

    /// The folder of the case below the kit, with `/` between parts.
    package let folder: String
    package let file: String
    package let id: String
    package let outcome: Outcome
    /// What was expected and found; empty when passed.
    package let detail: String

    package var line: String { "\(folder)/\(file) case \(id): \(detail)" }
}

/// Judges a folder in the format of the DMN TCK.
///
/// - Source: testCases.xsd of the kit.
package struct Kit {
    /// Numbers are equal up to this: the kit's files round results of roots and logarithms.
    private static let tolerance = Decimal34(coefficient: 1, scale: 8)

    package let folder: URL

    package init(folder: URL) { self.folder = folder }

    /// Judges every test file below the folder, in the order of their paths.
    package func judge() -> [Verdict] {
        let keys: [URLResourceKey] = [.isRegularFileKey]
        guard
            let walker = FileManager.default.enumerator(
                at: folder, includingPropertiesForKeys: keys)
        else { return [] }
        var files: [URL] = []
        for case let file as URL in walker where file.pathExtension == "xml" {
            files.append(file)
        }
        return files.sorted { $0.path < $1.path }.flatMap(judge)
    }

    private func judge(_ file: URL) -> [Verdict] {
        let base = file.deletingLastPathComponent()
        let prefix = folder.standardizedFileURL.path
        var path = base.standardizedFileURL.path
        if path.hasPrefix(prefix) { path = String(path.dropFirst(prefix.count + 1)) }
        func unread(_ detail: String) -> [Verdict] {
            [
                Verdict(
                    folder: path, file: file.lastPathComponent, id: "-", outcome: .unread,
                    detail: detail)
            ]
        }
        guard let data = try? Data(contentsOf: file),
            let root = try? MarkupParser.parse([UInt8](data))
        else { return unread("the file cannot be read") }
        guard root.name == "testCases" else { return [] }
        let name = root.child(named: "modelName")?.trimmedText ?? ""
        guard let bytes = try? Data(contentsOf: base.appendingPathComponent(name)) else {
            return unread("there is no model '\(name)'")
        }
        let model: DecisionModel
        do throws(ModelFailure) {
            model = try DecisionModel.load(
                [UInt8](bytes), imports: imports(of: base, besides: name), strictness: .tolerant)
        } catch {
            return unread("the model is refused: \(error)")
        }
        return root.children(named: "testCase").flatMap { test in
            judge(test, model, folder: path, file: file.lastPathComponent)
        }
    }

    /// The other models of a folder, among which imports are found.
    private func imports(of base: URL, besides name: String) -> [[UInt8]] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: base.path)) ?? []
        return names.sorted().filter { $0.hasSuffix(".dmn") && $0 != name }.compactMap {
            (try? Data(contentsOf: base.appendingPathComponent($0))).map { [UInt8]($0) }
        }
    }

    // MARK: One case

    private func judge(
        _ test: Element, _ model: DecisionModel, folder: String, file: String
    ) -> [Verdict] {
        var inputs: [String: Value] = [:]
        for input in test.children(named: "inputNode") {
            let name = input.attribute("name") ?? ""
            let value = KitValue.read(input)
            if let namespace = input.attribute("namespace"), !namespace.isEmpty {
                inputs["\(namespace)#\(name)"] = value
            }
            inputs[name] = value
        }
        let service =
            test.attribute("type") == "decisionService" ? test.attribute("invocableName") : nil
        let id = test.attribute("id") ?? "-"
        var failures: [String] = []
        for result in test.children(named: "resultNode") {
            if let failure = check(result, model, inputs, service: service) {
                failures.append(failure)
            }
        }
        return [
            Verdict(
                folder: folder, file: file, id: id, outcome: failures.isEmpty ? .passed : .failed,
                detail: failures.joined(separator: "; "))
        ]
    }

    /// What is wrong with a result; nil when it is as expected.
    private func check(
        _ node: Element, _ model: DecisionModel, _ inputs: [String: Value], service: String?
    ) -> String? {
        let name = node.attribute("name") ?? ""
        let now = DateAndTime(
            microsecondsSinceEpoch: Int64(Date.now.timeIntervalSince1970) * 1_000_000)
        let scope = Scope(now: now)
        guard
            let result = model.evaluate(decision: service ?? name, inputs: inputs, in: scope)
        else { return "there is no decision '\(service ?? name)'" }
        var found = result.value
        // A service with several outputs yields a context; the kit may ask for one of them.
        if service != nil, let context = found.context, let part = context[name] { found = part }
        let expected = node.child(named: "expected").map(KitValue.read) ?? .null
        if Self.agree(expected, found) { return nil }
        let reasons = result.problems.prefix(2).map(\.description).joined(separator: "; ")
        return "\(name) expected \(expected.literalText.prefix(200)), found "
            + "\(found.literalText.prefix(200))" + (reasons.isEmpty ? "" : " (\(reasons))")
    }

    static func agree(_ expected: Value, _ found: Value) -> Bool {
        switch (expected, found) {
        case (.number(let left), .number(let right)):
            if left == right { return true }
            guard let distance = left.subtracting(right)?.absolute else { return false }
            return distance <= tolerance
        case (.list(let left), .list(let right)):
            return left.count == right.count && zip(left, right).allSatisfy(agree)
        case (.context(let left), .context(let right)):
            return left.count == right.count
                && left.entries.allSatisfy { entry in
                    right[entry.name].map { agree(entry.value, $0) } ?? false
                }
        default: return expected == found
        }
    }
}
