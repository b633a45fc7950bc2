/// Checks timers whose clock is to stop.
extension DefinitionCheck {
    mutating func checkClock(of element: FlowElement) {
        guard element.property("clock") == "stops", case .timer(let timer)? = element.event else {
            return
        }
        guard case .duration = timer, element.parent != 0 || !isStart(element) else {
            note(
                .error, element, "its clock cannot stop: it waits for no duration",
                remedy: "use a duration, or take the property clock away")
            return
        }
        let isAnyMarked = definition.elements.contains { $0.property("clock") == "stopped" }
        if !isAnyMarked {
            note(
                .warning, element, "its clock never stops: no element is marked for it",
                remedy: "give the element that waits for others the property clock 'stopped'")
        }
    }

    private func isStart(_ element: FlowElement) -> Bool {
        if case .startEvent = element.kind { true } else { false }
    }
}
