import Processes
import Testing

/// Short texts for diagrams: elements as XML, flows as `a -> b -> c`, one chain per line.
///
/// A flow's id is `source-target`; `a -> b ? =x > 1` gives it a condition.
enum Sketch {
    static func file(
        _ nodes: String, flows: String = "", roots: String = "", id: String = "main",
        more: String = ""
    ) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
          xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="file">
        \(roots)
        <process id="\(id)" isExecutable="true">
        \(nodes)
        \(self.flows(flows))
        </process>
        \(more)
        </definitions>
        """
    }

    static func flows(_ text: String) -> String {
        var xml = ""
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "?", maxSplits: 1).map { trim($0) }
            let chain = parts[0].split(separator: ">").map {
                trim($0.filter { $0 != "-" })
            }
            for (source, target) in zip(chain, chain.dropFirst()) {
                xml += "<sequenceFlow id=\"\(source)-\(target)\" sourceRef=\"\(source)\""
                xml += " targetRef=\"\(target)\">"
                if parts.count > 1 {
                    xml += "<conditionExpression>\(escape(parts[1]))</conditionExpression>"
                }
                xml += "</sequenceFlow>\n"
            }
        }
        return xml
    }

    static func job(_ type: String, retries: String = "3") -> String {
        extensions("<zeebe:taskDefinition type=\"\(escape(type))\" retries=\"\(retries)\"/>")
    }

    static func extensions(_ inner: String) -> String {
        "<extensionElements>\(inner)</extensionElements>"
    }

    /// `target = source` pairs as input or output mappings.
    static func mapping(inputs: [String: String] = [:], outputs: [String: String] = [:]) -> String {
        var xml = "<zeebe:ioMapping>"
        for (target, source) in inputs.sorted(by: { $0.key < $1.key }) {
            xml += "<zeebe:input source=\"\(escape(source))\" target=\"\(target)\"/>"
        }
        for (target, source) in outputs.sorted(by: { $0.key < $1.key }) {
            xml += "<zeebe:output source=\"\(escape(source))\" target=\"\(target)\"/>"
        }
        return xml + "</zeebe:ioMapping>"
    }

    /// A message root element with correlation key.
    static func message(_ id: String, _ name: String, key: String = "=order") -> String {
        """
        <message id="\(id)" name="\(name)"><extensionElements>
        <zeebe:subscription correlationKey="\(escape(key))"/></extensionElements></message>
        """
    }

    static func error(_ id: String, _ code: String) -> String {
        "<error id=\"\(id)\" errorCode=\"\(code)\"/>"
    }

    static func on(message id: String) -> String {
        "<messageEventDefinition messageRef=\"\(id)\"/>"
    }

    static func on(error id: String?) -> String {
        "<errorEventDefinition\(id.map { " errorRef=\"\($0)\"" } ?? "")/>"
    }

    static func after(_ duration: String) -> String {
        "<timerEventDefinition><timeDuration>\(duration)</timeDuration></timerEventDefinition>"
    }

    static func every(_ cycle: String) -> String {
        "<timerEventDefinition><timeCycle>\(cycle)</timeCycle></timerEventDefinition>"
    }

    static func task(_ id: String, type: String = "work") -> String {
        "<serviceTask id=\"\(id)\">\(job(type))</serviceTask>"
    }

    /// A person's task for candidate groups.
    static func task(_ id: String, groups: String) -> String {
        let assignment = "<zeebe:assignmentDefinition candidateGroups=\"\(escape(groups))\"/>"
        return "<userTask id=\"\(id)\">\(extensions("<zeebe:userTask/>" + assignment))</userTask>"
    }

    static func boundary(
        _ id: String, on host: String, _ event: String, interrupting: Bool = true
    ) -> String {
        "<boundaryEvent id=\"\(id)\" attachedToRef=\"\(host)\" cancelActivity=\"\(interrupting)\">"
            + "\(event)</boundaryEvent>"
    }

    static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }

    private static func trim(_ text: some StringProtocol) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    /// Parses a sketch and expects no errors.
    static func definitions(_ text: String) throws -> [ProcessDefinition] {
        let file = try ProcessFile.parse(Array(text.utf8), name: "sketch.bpmn", hash: "abc")
        let errors = file.diagnostics.filter { $0.severity == .error }
        try #require(errors.isEmpty, "\(errors)")
        return file.processes
    }
}
