import FEEL
import Markup

/// Reads the values of the kit's test files.
enum KitValue {
    private static let instance = "http://www.w3.org/2001/XMLSchema-instance"

    /// The value, list or components inside an element.
    static func read(_ element: Element) -> Value {
        if isNil(element) { return .null }
        if let value = element.child(named: "value") { return scalar(value) }
        if let list = element.child(named: "list") {
            return isNil(list) ? .null : .list(list.children(named: "item").map(read))
        }
        let components = element.children(named: "component")
        if components.isEmpty { return .null }
        if components.count == 1, isNil(components[0]), components[0].attribute("name") == nil {
            return .null
        }
        return .context(
            Context(components.map { ($0.attribute("name") ?? "", read($0)) }))
    }

    private static func isNil(_ element: Element) -> Bool {
        element.attribute("nil", in: instance) == "true"
    }

    private static func scalar(_ element: Element) -> Value {
        if isNil(element) { return .null }
        let type = element.attribute("type", in: instance) ?? ""
        let local = type.split(separator: ":").last.map(String.init) ?? ""
        let text = element.text
        switch local {
        case "boolean": return .boolean(element.trimmedText == "true")
        case "decimal", "double", "float", "integer", "int", "long":
            return Decimal34(text: element.trimmedText).map(Value.number) ?? .null
        case "date": return call("date", element.trimmedText)
        case "time": return call("time", element.trimmedText)
        case "dateTime": return call("date and time", element.trimmedText)
        case "duration", "dayTimeDuration", "yearMonthDuration":
            return call("duration", element.trimmedText)
        default: return .text(text)
        }
    }

    private static func call(_ name: String, _ text: String) -> Value {
        var machine = Machine(scope: .empty)
        return machine.callBuiltin(name, [.text(text)])
    }
}
