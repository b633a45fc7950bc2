/// Small diagrams of the engine's tests.
enum Diagrams {
    /// A process around some elements, with the namespaces of a file of the Camunda Modeler.
    static func process(_ id: String, _ elements: String, shared: String = "") -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
            xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
            id="\(id)-definitions" targetNamespace="urn:test">
          <bpmn:process id="\(id)" name="\(id)" isExecutable="true">
        \(elements)
          </bpmn:process>
        \(shared)
        </bpmn:definitions>
        """
    }

    /// A flow between two elements.
    static func flow(_ source: String, _ target: String, _ condition: String = "") -> String {
        let inner =
            condition.isEmpty
            ? ""
            : #"<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">\#(condition)</bpmn:conditionExpression>"#
        return """
            <bpmn:sequenceFlow id="\(source)-\(target)" sourceRef="\(source)" targetRef="\(target)">\
            \(inner)</bpmn:sequenceFlow>
            """
    }

    /// A message with a correlation key, to stand beside the process.
    static func message(_ name: String, key: String = "=key") -> String {
        """
        <bpmn:message id="message-\(name)" name="\(name)"><bpmn:extensionElements>
          <zeebe:subscription correlationKey="\(key)"/></bpmn:extensionElements></bpmn:message>
        """
    }

    /// A start event, one thing in the middle with the id `wait`, and an end, in a row.
    static func row(
        _ id: String, start: String = #"<bpmn:startEvent id="start"/>"#, wait: String,
        shared: String = ""
    ) -> String {
        process(
            id,
            """
            \(start)
            \(wait)
            <bpmn:endEvent id="end"/>
            \(flow("start", "wait"))\(flow("wait", "end"))
            """, shared: shared)
    }

    /// A process that waits for the message `go` under the key in the variable `key`.
    static func waiting(_ id: String) -> String {
        row(
            id, wait: #"<bpmn:receiveTask id="wait" messageRef="message-go"/>"#,
            shared: message("go"))
    }

    /// A start event without trigger, a service task and an end, in a row.
    static func task(_ id: String, type: String, inner: String = "", more: String = "") -> String {
        process(
            id,
            """
            <bpmn:startEvent id="start"/>
            <bpmn:serviceTask id="work"><bpmn:extensionElements>
              <zeebe:taskDefinition type="\(type)"/>\(inner)
            </bpmn:extensionElements></bpmn:serviceTask>
            <bpmn:endEvent id="end"/>
            \(flow("start", "work"))\(flow("work", "end"))\(more)
            """)
    }
}
