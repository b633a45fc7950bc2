internal import FEEL
import Markup

/// Reads event definitions, and refuses those that Camunda 8 would refuse at that place.
extension ProcessParser {
    mutating func event(of index: Int) -> EventDescription {
        let source = sources[index]
        let definitions = source.elements.filter {
            $0.namespace == Namespace.bpmn && $0.name.hasSuffix("EventDefinition")
        }
        guard definitions.count <= 1 else {
            note(
                .error, source, "expected one event definition at most, found \(definitions.count)",
                remedy: "use one event for each")
            return .none
        }
        guard let definition = definitions.first else {
            checkPlainEvent(index)
            return .none
        }
        guard Self.allowed(definition.name, at: place(of: index)) else {
            let words = Self.words(definition.name)
            note(
                .error, source, "\(Self.articled(words)) cannot stand here (\(source.name))",
                remedy: "use another event, or another place for it")
            return .none
        }
        switch definition.name {
        case "messageEventDefinition": return .message(messageEvent(definition, at: index))
        case "timerEventDefinition": return timer(definition, at: index)
        case "errorEventDefinition": return .error(code(definition, at: index, kind: "error"))
        case "escalationEventDefinition":
            return .escalation(code(definition, at: index, kind: "escalation"))
        case "signalEventDefinition": return .signal(signal(definition, of: source))
        case "linkEventDefinition": return .link(requiredText(definition, "name", of: source))
        case "conditionalEventDefinition": return conditional(definition, of: source)
        case "compensateEventDefinition": return compensation(definition, at: index)
        case "terminateEventDefinition": return .terminate
        case "cancelEventDefinition": return .cancel
        default: return .none
        }
    }

    // MARK: Places

    private enum Place {
        case processStart, subprocessStart, eventSubprocessStart, end, catching, throwing, boundary
    }

    private func place(of index: Int) -> Place {
        switch elements[index].kind {
        case .startEvent:
            switch elements[elements[index].parent].kind {
            case .process: return .processStart
            case .eventSubProcess: return .eventSubprocessStart
            default: return .subprocessStart
            }
        case .endEvent: return .end
        case .throwEvent: return .throwing
        case .boundaryEvent: return .boundary
        default: return .catching
        }
    }

    private static func allowed(_ definition: String, at place: Place) -> Bool {
        switch place {
        case .subprocessStart: false
        case .processStart:
            [
                "messageEventDefinition", "timerEventDefinition", "signalEventDefinition",
                "conditionalEventDefinition",
            ].contains(definition)
        case .eventSubprocessStart:
            [
                "messageEventDefinition", "timerEventDefinition", "signalEventDefinition",
                "conditionalEventDefinition", "errorEventDefinition", "escalationEventDefinition",
                "compensateEventDefinition",
            ].contains(definition)
        case .boundary:
            [
                "messageEventDefinition", "timerEventDefinition", "signalEventDefinition",
                "conditionalEventDefinition", "errorEventDefinition", "escalationEventDefinition",
                "compensateEventDefinition", "cancelEventDefinition",
            ].contains(definition)
        case .catching:
            [
                "messageEventDefinition", "timerEventDefinition", "signalEventDefinition",
                "conditionalEventDefinition", "linkEventDefinition",
            ].contains(definition)
        case .throwing:
            [
                "messageEventDefinition", "signalEventDefinition", "linkEventDefinition",
                "escalationEventDefinition", "compensateEventDefinition",
            ].contains(definition)
        case .end:
            [
                "messageEventDefinition", "signalEventDefinition", "errorEventDefinition",
                "escalationEventDefinition", "compensateEventDefinition",
                "terminateEventDefinition", "cancelEventDefinition",
            ].contains(definition)
        }
    }

    private mutating func checkPlainEvent(_ index: Int) {
        let source = sources[index]
        switch place(of: index) {
        case .catching:
            note(
                .error, source, "the catch event catches nothing",
                remedy: "give it a message, timer, signal, condition or link")
        case .boundary:
            note(
                .error, source, "the boundary event catches nothing",
                remedy: "give it an event definition such as a timer or an error")
        case .eventSubprocessStart:
            note(
                .error, source, "the start event of an event sub-process catches nothing",
                remedy: "give it an event definition such as a message or an error")
        default:
            break
        }
    }

    private static func words(_ definition: String) -> String {
        definition.replacing("EventDefinition", with: "") + " event"
    }

    private static func articled(_ words: String) -> String {
        ("aeiou".contains(words.prefix(1)) ? "an " : "a ") + words
    }

    // MARK: Definitions

    private mutating func messageEvent(
        _ definition: Element, at index: Int
    ) -> MessageDescription {
        let source = sources[index]
        switch place(of: index) {
        case .end, .throwing:
            let reference = definition.attribute("messageRef")
            let name = shared.element(reference, kind: "message")?.attribute("name") ?? ""
            return MessageDescription(name: .text(name), job: requiredJob(source))
        case .processStart:
            return message(definition.attribute("messageRef"), of: source, needsKey: false)
        default:
            return message(definition.attribute("messageRef"), of: source, needsKey: true)
        }
    }

    mutating func message(
        _ reference: String?, of source: Element, needsKey: Bool
    ) -> MessageDescription {
        guard let found = shared.element(reference, kind: "message") else {
            note(
                .error, source, "expected a message, found '\(reference ?? "none")'",
                remedy: "choose a message of the file")
            return MessageDescription(name: .text(""))
        }
        let text = found.attribute("name") ?? ""
        if text.isEmpty {
            note(.error, source, "its message has no name", remedy: "name the event to wait for")
        }
        let name = textOrExpression(text, of: source, what: "message name")
        if !needsKey, name.staticText == nil {
            note(
                .warning, source, "the message name of a start event is an expression",
                remedy: "write the event's name")
        }
        guard needsKey else { return MessageDescription(name: name) }
        guard
            let key = extensionElement(found, "subscription")?.attribute("correlationKey"),
            !key.isEmpty
        else {
            note(
                .error, source, "its message has no correlation key",
                remedy: "set zeebe:subscription correlationKey to the object as \"type/id\"")
            return MessageDescription(name: name)
        }
        return MessageDescription(
            name: name, correlationKey: expression(key, of: source, what: "correlation key"))
    }

    private mutating func timer(_ definition: Element, at index: Int) -> EventDescription {
        let source = sources[index]
        let kinds = ["timeDate", "timeDuration", "timeCycle"]
        let given = definition.elements.filter { kinds.contains($0.name) }
        guard given.count == 1, let raw = given.first else {
            note(
                .error, source,
                "expected one of a date, a duration or a cycle,"
                    + " found \(given.isEmpty ? "none" : "\(given.count)")",
                remedy: "set exactly one")
            return .none
        }
        let value = textOrExpression(raw.trimmedText, of: source, what: "timer")
        checkCalendar(of: index, raw.name, value)
        let place = place(of: index)
        let isRepeatable: Bool
        switch place {
        case .processStart: isRepeatable = true
        case .boundary: isRepeatable = source.attribute("cancelActivity") == "false"
        case .eventSubprocessStart: isRepeatable = source.attribute("isInterrupting") == "false"
        default: isRepeatable = false
        }
        switch raw.name {
        case "timeDate":
            check(value, of: source, expected: "a date and time such as 2026-01-31T12:00:00Z") {
                Instant8601.instant($0, zone: .utc) != nil
            }
            return .timer(.date(value))
        case "timeDuration":
            if place == .processStart {
                note(
                    .error, source, "a process cannot be started by a duration",
                    remedy: "use a date or a cycle")
            }
            check(value, of: source, expected: "a duration such as PT15M or P14D") {
                Duration8601($0) != nil
            }
            return .timer(.duration(value))
        default:
            if !isRepeatable {
                note(
                    .error, source, "a cycle can only stand at a non-interrupting event",
                    remedy: "use a duration, or make the event non-interrupting")
            }
            check(value, of: source, expected: "a cycle such as R3/PT1H, or cron") {
                TimerCycle($0) != nil
            }
            return .timer(.cycle(value))
        }
    }

    /// Only a duration can count working time, and only days, hours and less of it.
    private mutating func checkCalendar(
        of index: Int, _ kind: String, _ value: TextOrExpression
    ) {
        let source = sources[index]
        let element = elements[index]
        if element.headers.value(of: "calendar") != nil {
            note(
                .error, source, "its calendar is a header, which nobody reads",
                remedy: "make it the property calendar of the event")
        }
        guard let name = element.property("calendar"), !name.isEmpty else { return }
        guard kind == "timeDuration" else {
            note(
                .error, source,
                "a \(kind == "timeCycle" ? "cycle" : "date") counts all time, and the calendar"
                    + " \(name) would not be looked at",
                remedy: "take the property away, or use a duration")
            return
        }
        if let duration = value.staticText.flatMap({ Duration8601($0) }),
            duration.months != 0 || duration.weeks != 0
        {
            note(
                .error, source,
                "'\(value.source)' cannot be counted in the working time of the calendar \(name)",
                remedy: "write working days, hours or minutes such as P20D or PT4H")
        }
    }

    private mutating func check(
        _ value: TextOrExpression, of source: Element, expected: String, _ test: (String) -> Bool
    ) {
        guard let text = value.staticText, !test(text) else { return }
        note(
            .error, source, "expected \(expected), found '\(text)'",
            remedy: "write it as ISO 8601 asks, or as an expression that starts with '='")
    }

    private mutating func code(
        _ definition: Element, at index: Int, kind: String
    ) -> TextOrExpression? {
        let source = sources[index]
        let isThrown = [Place.end, .throwing].contains(place(of: index))
        let found = shared.element(definition.attribute(kind + "Ref"), kind: kind)
        guard let text = found?.attribute(kind + "Code"), !text.isEmpty else {
            // A caught error or escalation without a code catches all of them.
            if isThrown {
                note(
                    .error, source, "its \(kind) has no code",
                    remedy: "set the \(kind) code")
            }
            return nil
        }
        let code = textOrExpression(text, of: source, what: "\(kind) code")
        if !isThrown, code.staticText == nil {
            note(
                .error, source, "the code of a caught \(kind) is an expression",
                remedy: "write the code itself")
        }
        return code
    }

    private mutating func signal(
        _ definition: Element, of source: Element
    ) -> TextOrExpression {
        let found = shared.element(definition.attribute("signalRef"), kind: "signal")
        guard let name = found?.attribute("name"), !name.isEmpty else {
            note(.error, source, "expected a signal with a name, found none", remedy: "choose one")
            return .text("")
        }
        return textOrExpression(name, of: source, what: "signal name")
    }

    private mutating func conditional(
        _ definition: Element, of source: Element
    ) -> EventDescription {
        let text = definition.child(named: "condition", in: Namespace.bpmn)?.trimmedText ?? ""
        guard let condition = expression(text, of: source, what: "condition") else { return .none }
        return .conditional(condition)
    }

    private mutating func compensation(
        _ definition: Element, at index: Int
    ) -> EventDescription {
        if definition.attribute("waitForCompletion") == "false" {
            note(
                .error, sources[index], "compensation that is not waited for is not supported",
                remedy: "take waitForCompletion=\"false\" away, as Camunda 8 asks too")
        }
        guard let reference = definition.attribute("activityRef"), !reference.isEmpty else {
            return .compensation(activity: nil)
        }
        guard let activity = indexByID[LocalName.of(reference)], elements[activity].isActivity
        else {
            note(
                .error, sources[index], "compensates '\(reference)', which is no activity here",
                remedy: "name an activity of the process")
            return .compensation(activity: nil)
        }
        return .compensation(activity: activity)
    }
}
