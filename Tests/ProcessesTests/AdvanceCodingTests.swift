import Processes
import Testing

@Suite("The stored form of advances")
struct AdvanceCodingTests {
    /// One change of every kind, with values in every shape.
    static let everything: [Change] = [
        .began(DefinitionReference(processID: "main", hash: "ab")),
        .pinned(DefinitionReference(processID: "child", hash: "cd")),
        .entered(
            EnteredElement(
                key: 1, element: 0, elementID: "main", definition: 0, parent: 0,
                role: .iteration, iteration: 2, driver: 3)),
        .left(
            LeftElement(
                key: 1, how: .terminated, compensation: CompensationOffer(id: 9, handler: 4))),
        .left(LeftElement(key: 300, how: .completed)),
        .flowTaken(flow: 1, scope: 1, gateway: nil),
        .flowTaken(flow: 2, scope: 1, gateway: 5),
        .joined(scope: 1, flows: [1, 2]),
        .variable(
            scope: 1, name: "größe",
            value: .context([
                ProcessField("a", .list([.null, .boolean(true), .boolean(false)])),
                ProcessField("b", .integer(-129)), ProcessField("c", .decimal("1.5")),
                ProcessField("d", .temporal(.dateTime, "2026-01-31T12:00:00Z")),
                ProcessField("e", .text("ü")),
            ])),
        .waitOpened(
            Wait(
                token: 7, owner: 1, element: 2, elementID: "m", since: 5,
                kind: .message(
                    MessageWait(
                        name: "sales.shipped", correlation: "sales.order/1", qualifier: "q")))),
        .waitOpened(
            Wait(
                token: 8, owner: 1, element: 2, elementID: "t", since: 5,
                kind: .timer(TimerWait(due: 1_000, repetitions: nil, interval: "PT1H")))),
        .waitChanged(
            token: 8,
            kind: .job(
                JobWait(
                    type: "mail", retries: 2, headers: [ProcessField("to", .text("x"))],
                    worker: "w", until: 9, message: "no"))),
        .waitChanged(
            token: 9,
            kind: .userTask(
                UserTaskWait(
                    form: "f", assignee: "ann", candidateGroups: ["g"], candidateUsers: ["u"],
                    due: 4, followUp: nil, priority: 60, command: "sales.approve",
                    delegatedBy: "bob", delegatedUntil: "2026-02-01"))),
        .waitChanged(token: 9, kind: .signal("alarm")),
        .waitChanged(token: 9, kind: .condition(wasTrue: true)),
        .waitClosed(token: 7),
        .commandIssued(
            CommandRecord(
                key: 1, name: "sales.release", position: 77, stream: "sales.order/1", version: 3)),
        .commandIssued(
            CommandRecord(key: 1, name: "sales.release", rejection: "no", message: "because")),
        .decisionEvaluated(
            DecisionRecord(key: 1, decision: "limit", hash: "ef", result: .integer(1))),
        .incidentRaised(
            Incident(
                id: 11, key: 1, elementID: "a", reason: "runaway", message: "loop", since: 6,
                action: .throwError(key: 1, code: "c", message: "m"))),
        .incidentResolved(id: 11),
        .consumed(name: "sales.shipped", position: 70),
        .loopBegan(key: 1, items: [.integer(1)]),
        .loopCompleted(key: 1, iteration: 1, output: .text("x")),
        .compensationBegan(
            CompensationRun(driver: 1, scope: 1, activity: 3, purpose: .cancelTransaction)),
        .compensationTaken(scope: 1, id: 9),
        .compensationRevived(scope: 1, id: 9, key: 12, driver: 1),
        .signalBroadcast(name: "alarm", variables: [ProcessField("a", .null)]),
        .pending([
            .enter(element: 1, scope: 1), .iterate(body: 1, iteration: 2), .activate(key: 1),
            .perform(key: 1, attempt: 2), .complete(key: 1), .settle(scope: 1),
            .compensate(driver: 1), .reopen(key: 1), .proceed, .leave(key: 1),
            .listen(key: 1, phase: .end, index: 0),
        ]),
        .listening(key: 1, phase: .start, index: nil),
        .listening(key: 1, phase: .end, index: 1),
        .intervened(what: "retry", reason: "mended"),
        .migrated(
            definition: 0, to: DefinitionReference(processID: "main", hash: "99"),
            map: [MigratedElement(from: 1, to: 2, toID: "b")]),
        .ended(.terminated),
    ]

    /// What came after version 1 was frozen.
    static let later: [Change] = [
        .listening(key: 1, phase: .completing, index: 0),
        .taskTransition(
            key: 1,
            TaskTransition(
                phase: .assigning, task: UserTaskWait(assignee: "anna", priority: 3),
                variables: [ProcessField("a", .integer(1))])),
        .taskTransition(key: 1, nil),
        .taskDenied(token: 9, phase: .completing, reason: "no"),
        .adHocFulfilled(key: 4),
        .interruptionHeld(
            .interrupt(owner: 3, element: 5, overlay: [ProcessField("why", .text("late"))])),
        .interruptionTaken(.cancel(compensating: true)),
        .waitChanged(token: 3, kind: .timer(standingTimer)),
    ]

    private static var standingTimer: TimerWait {
        var timer = TimerWait(due: 90, repetitions: 2, interval: "PT1H")
        timer.standsSince = 60
        return timer
    }

    static let advance = Advance(
        cause: "message sales.shipped", causePosition: 70, at: 1_234_567, isFromOutside: true,
        changes: everything)

    @Test("changes of a later day come back as they were too", arguments: later)
    func laterRoundTrips(_ change: Change) throws {
        let advance = Advance(cause: "x", at: 1, changes: [change])
        #expect(try Advance.decode(advance.encode()) == advance)
    }

    @Test("every change comes back as it was")
    func roundTrips() throws {
        #expect(try Advance.decode(Self.advance.encode()) == Self.advance)
    }

    @Test("released bytes are read for ever")
    func keepsGoldenBytes() throws {
        let small = Advance(
            cause: "start", at: 1,
            changes: [
                .began(DefinitionReference(processID: "p", hash: "h")),
                .entered(
                    EnteredElement(
                        key: 1, element: 0, elementID: "p", definition: 0, parent: 0)),
                .variable(scope: 1, name: "n", value: .integer(-2)),
                .flowTaken(flow: 3, scope: 1, gateway: nil),
                .ended(.completed),
            ])
        // swift-format-ignore
        let golden: [UInt8] = [
            1, 5, 115, 116, 97, 114, 116, 0, 2, 1, 5,
            1, 1, 112, 1, 104,
            3, 2, 0, 1, 112, 0, 0, 0, 0, 0,
            7, 2, 1, 110, 3, 3,
            5, 6, 2, 0,
            25, 1,
        ]
        #expect(small.encode() == golden)
        #expect(try Advance.decode(golden) == small)
    }

    @Test("the whole of version 1 has not changed")
    func keepsWholeFormat() {
        var sum: UInt64 = 14_695_981_039_346_656_037
        for byte in Self.advance.encode() { sum = (sum ^ UInt64(byte)) &* 1_099_511_628_211 }
        #expect(sum == 14_037_368_654_896_787_894)
    }

    @Test("a refused trigger that an incident keeps reads back as it was")
    func keepsRefusedTriggers() throws {
        let wait = Wait(
            token: 7, owner: 1, element: 2, elementID: "t", since: 5, kind: .signal("alarm"))
        let advance = Advance(
            cause: "timer", at: 1,
            changes: [
                .pending([
                    .redo(RefusedTrigger(wait: nil, startElement: 3, position: 12)),
                    .redo(RefusedTrigger(wait: wait)),
                ])
            ])
        #expect(try Advance.decode(advance.encode()) == advance)
    }

    @Test("a newer format and unknown tags are refused by name")
    func refusesNewer() {
        #expect(throws: WireFailure.unknown(what: "advance format", found: 2)) {
            try Advance.decode([2])
        }
        #expect(throws: WireFailure.unknown(what: "change tag", found: 200)) {
            try Advance.decode([1, 0, 0, 0, 1, 1, 200])
        }
    }

    @Test("no cut or flipped byte makes the decoder trap")
    func survivesDamage() {
        let good = Self.advance.encode()
        for cut in good.indices {
            #expect(throws: WireFailure.self) { try Advance.decode(Array(good[..<cut])) }
        }
        for place in good.indices {
            for value in [UInt8(0), 1, 0x7F, 0x80, 0xFF] {
                var damaged = good
                damaged[place] = value
                if let read = try? Advance.decode(damaged) {
                    // What can be decoded can be folded: a recorded fact is never refused.
                    _ = InstanceState.folding([read])
                }
            }
        }
    }
}
