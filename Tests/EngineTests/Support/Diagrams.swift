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
