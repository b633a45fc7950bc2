internal import Processes

/// The business calendars of a set, and what is wrong with how diagrams use them.
struct SetCalendars {
    private(set) var calendars: [String: BusinessCalendar] = [:]
    /// What is wrong with the files.
    private(set) var faults: [String] = []

    /// Reads the calendars among a set's files.
    init(_ files: [GivenDefinition]) {
        for file in files where file.name.hasSuffix(".calendar") {
            guard let text = String(validating: file.bytes, as: UTF8.self) else {
                faults.append("\(file.name): expected UTF-8 text; save it as such.")
                continue
            }
            do throws(BusinessCalendar.Failure) {
                let calendar = try BusinessCalendar(text)
                if calendars[calendar.name] != nil {
                    faults.append(
                        "\(file.name): another file of the set holds the calendar \(calendar.name); give one another name."
                    )
                }
                calendars[calendar.name] = calendar
            } catch { faults.append("\(file.name): \(error)") }
        }
    }

    /// Elements that name a calendar which is not there, or agree on a time that is none.
    func faults(in processes: [ProcessDefinition]) -> [String] {
        processes.flatMap { process in
            process.elements.flatMap { element in
                faults(of: element).map {
                    "\(process.file):\(element.line): error: \(element.id) \($0)"
                }
            }
        }
    }

    private func faults(of element: FlowElement) -> [String] {
        var faults: [String] = []
        if let name = element.property("calendar"), !name.isEmpty, calendars[name] == nil {
            let known = calendars.keys.sorted().joined(separator: ", ")
            faults.append(
                "names the calendar \(name), and the set has \(known.isEmpty ? "none" : known); deploy processes/calendars/\(name).calendar"
            )
        }
        if case .startEvent(.timer) = element.kind, element.parent == 0,
            element.property("calendar") != nil
        {
            faults.append(
                "starts the process by a timer, which counts all time; take the property calendar away, or wait for working time behind it"
            )
        }
        if let text = element.property("sla"), let fault = ServiceClock.fault(in: text) {
            faults.append(fault)
        }
        if let clock = element.property("clock") {
            let isTimer = if case .timer? = element.event { true } else { false }
            if isTimer, clock != "stops" {
                faults.append(
                    "expected the property clock of a timer to be 'stops', found '\(clock)'")
            } else if !isTimer, clock != "stopped" {
                faults.append("expected the property clock to be 'stopped', found '\(clock)'")
            }
        }
        return faults
    }
}
