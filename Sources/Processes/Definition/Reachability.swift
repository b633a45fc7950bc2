/// Which elements lead where.
enum Reachability {
    /// For each inclusive gateway with several incoming flows, and each of those: the elements
    /// from which a token can come over it without passing the gateway.
    static func inclusiveGateways(
        elements: [FlowElement], flows: [SequenceFlow]
    ) -> [Int: [Int: Set<Int>]] {
        var reach: [Int: [Int: Set<Int>]] = [:]
        for gateway in elements {
            guard case .inclusiveGateway = gateway.kind, gateway.incoming.count > 1 else {
                continue
            }
            for flow in gateway.incoming {
                reach[gateway.index, default: [:]][flow] = sources(
                    of: flows[flow].source, avoiding: gateway.index, elements: elements,
                    flows: flows)
            }
        }
        return reach
    }

    private static func sources(
        of target: Int, avoiding gateway: Int, elements: [FlowElement], flows: [SequenceFlow]
    ) -> Set<Int> {
        var found: Set<Int> = []
        var open = target == gateway ? [] : [target]
        while let next = open.popLast() {
            guard found.insert(next).inserted else { continue }
            for before in predecessors(of: elements[next], elements: elements, flows: flows)
            where before != gateway {
                open.append(before)
            }
        }
        return found
    }

    /// Elements from which a token comes to an element: over flows, from the activity under a
    /// boundary event, and from throw events with the same link.
    static func predecessors(
        of element: FlowElement, elements: [FlowElement], flows: [SequenceFlow]
    ) -> [Int] {
        var found = element.incoming.map { flows[$0].source }
        if let host = element.attachedTo { found.append(host) }
        if case .catchEvent(.link(let name)) = element.kind {
            for other in elements where other.parent == element.parent {
                if case .throwEvent(.link(name)) = other.kind { found.append(other.index) }
            }
        }
        return found
    }
}
