import Markup
import Processes
import Testing

/// What a small engine knows.
struct KnownNames: DefinitionEnvironment {
    func isModule(_ name: String) -> Bool {
        ["sales", "finance", "process"].contains(name.prefix { $0 != "." })
    }
    func command(named name: String) -> CommandDescription? {
        switch name {
        case "sales.release":
            CommandDescription(
                fieldNames: ["order", "note"], requiredFieldNames: ["order"],
                rejectionCodes: ["credit-exceeded"])
        case "sales.approve":
            CommandDescription(
                fieldNames: ["order"], requiredFieldNames: ["order"], rejectionCodes: [],
                isForPeopleOnly: true)
        default: nil
        }
    }
    func hasEvent(named name: String) -> Bool { name == "sales.shipped" }
    func hasDecision(_ id: String) -> Bool { id == "limit" }
    func hasForm(_ id: String) -> Bool { id == "approve" }
    func hasProcess(_ id: String) -> Bool { id == "child" }
    func versionTag(of kind: VersionedKind, _ id: String) -> String? {
        kind == .process && id == "child" ? "1.0" : nil
    }
    func hasRole(_ name: String) -> Bool { ["buyer", "boss"].contains(name) }
    var rolesFile: String { "roles.yaml" }
}

/// A diagram with one mistake, and the words that tell its author about it.
struct Mistake: CustomTestStringConvertible, Sendable {
    let title: String
    let sketch: String
    let severity: Diagnostic.Severity
    let element: String
    let message: String
    var testDescription: String { title }

    init(
        _ title: String, _ nodes: String, flows: String = "", roots: String = "",
        _ severity: Diagnostic.Severity = .error, at element: String, _ message: String
    ) {
        self.title = title
        sketch = Sketch.file(nodes, flows: flows, roots: roots)
        self.severity = severity
        self.element = element
        self.message = message
    }

    static func findings(_ sketch: String) throws -> [Diagnostic] {
        let file = try ProcessFile.parse(Array(sketch.utf8), name: "sketch.bpmn", hash: "abc")
        return file.diagnostics
            + file.processes.flatMap { DefinitionCheck.check($0, environment: KnownNames()) }
    }

    private static let ends = "<startEvent id='s'/><endEvent id='e'/>"
    private static func service(_ inner: String, id: String = "a") -> String {
        ends + "<serviceTask id='\(id)'>\(Sketch.extensions(inner))</serviceTask>"
    }
    private static let release = "<zeebe:taskDefinition type='sales.release'/>"

    // swift-format-ignore
    static let structure: [Mistake] = [
        .init("no start event", "<endEvent id='e'/>", at: "main", "has no start event"),
        .init("two plain start events", "<startEvent id='s'/><startEvent id='t'/><endEvent id='e'/>", flows: "s -> e\nt -> e", at: "main", "2 start events without trigger"),
        .init("an id twice", ends + "<task id='e'/>", flows: "s -> e", at: "e", "the id e is used twice"),
        .init("a flow to nowhere", ends, flows: "s -> x", at: "s-x", "'x', which is not there"),
        .init("a flow into a sub-process", ends + "<subProcess id='p'><startEvent id='i'/><task id='t'/>\(Sketch.flows("i -> t"))</subProcess>", flows: "s -> p -> e\ns -> t", at: "s-t", "crosses the border"),
        .init("a flow into a start event", ends + "<task id='t'/>", flows: "s -> t -> s\nt -> e", .warning, at: "s", "a flow leads to the start event"),
        .init("a flow out of an end event", ends + "<task id='t'/>", flows: "s -> e -> t", at: "e", "a flow leads out of the end event"),
        .init("an unknown element", ends + "<complexGateway id='g'/>", flows: "s -> g -> e", at: "g", "complexGateway cannot be executed"),
        .init("a gateway flow without condition", ends + "<exclusiveGateway id='g' default='g-e'/><task id='t'/>", flows: "s -> g -> e\ng -> t", at: "g", "flow g-t has no condition"),
        .init("a default flow with condition", ends + "<exclusiveGateway id='g' default='g-t'/><task id='t'/>", flows: "s -> g\ng -> t ? =x\ng -> e ? =y", .warning, at: "g", "the default flow g-t has a condition"),
        .init("a condition behind an event", ends + "<task id='t'/>", flows: "s -> t ? =x\nt -> e", at: "s", "has a condition and leaves no activity"),
        .init("a default flow elsewhere", ends + "<exclusiveGateway id='g' default='nope'/>", flows: "s -> g -> e", at: "g", "the default flow 'nope' does not leave"),
        .init("no default flow", ends + "<exclusiveGateway id='g'/><task id='t'/>", flows: "s -> g\ng -> t ? =x\ng -> e ? =y", .warning, at: "g", "has no default flow"),
        .init("an event gateway with one way", ends + "<eventBasedGateway id='g'/><intermediateCatchEvent id='t'>\(Sketch.after("PT1S"))</intermediateCatchEvent>", flows: "s -> g -> t -> e", at: "g", "expected two or more flows"),
        .init("an event gateway to a task", ends + "<eventBasedGateway id='g'/><task id='t'/><task id='u'/>", flows: "s -> g -> t -> e\ng -> u -> e", at: "g", "leads to t, which catches no event"),
        .init("a sub-process without start", ends + "<subProcess id='p'><task id='t'/></subProcess>", flows: "s -> p -> e", at: "p", "expected one start event without trigger"),
        .init("an event sub-process with a flow", ends + "<subProcess id='p' triggeredByEvent='true'><startEvent id='i'>\(Sketch.on(error: nil))</startEvent></subProcess>", flows: "s -> p -> e", at: "p", "connected to the event sub-process"),
        .init("an event sub-process without trigger", ends + "<subProcess id='p' triggeredByEvent='true'><startEvent id='i'/></subProcess>", flows: "s -> e", at: "i", "catches nothing"),
        .init("a boundary event on a gateway", ends + "<exclusiveGateway id='g'/>" + Sketch.boundary("b", on: "g", Sketch.after("PT1S")), flows: "s -> g -> e", at: "b", "expected attachedToRef to name an activity"),
        .init("two boundary events for one error", ends + Sketch.task("a") + Sketch.boundary("b", on: "a", Sketch.on(error: nil)) + Sketch.boundary("c", on: "a", Sketch.on(error: nil)), flows: "s -> a -> e\nb -> e\nc -> e", at: "c", "catches the same error 'any'"),
        .init("a terminate event in the middle", ends + "<intermediateThrowEvent id='t'><terminateEventDefinition/></intermediateThrowEvent>", flows: "s -> t -> e", at: "t", "a terminate event cannot stand here"),
        .init("a cancel end outside a transaction", "<startEvent id='s'/><endEvent id='e'><cancelEventDefinition/></endEvent>", flows: "s -> e", at: "e", "outside a transaction"),
        .init("a link to nowhere", ends + "<intermediateThrowEvent id='t'><linkEventDefinition name='L'/></intermediateThrowEvent>", flows: "s -> t", at: "t", "no catch event of the scope has the link 'L'"),
        .init("compensation without handler", ends + Sketch.task("a") + "<boundaryEvent id='c' attachedToRef='a'><compensateEventDefinition/></boundaryEvent>", flows: "s -> a -> e", at: "c", "has no handler"),
        .init("an element that nothing reaches", ends + "<task id='t'/>", flows: "s -> e\nt -> e", .warning, at: "t", "no path leads here"),
        .init("a path without end", ends + "<task id='t'/>", flows: "s -> e\ns -> t", .warning, at: "t", "ends here without an end event"),
        .init("a parallel join of exclusive ways", ends + "<exclusiveGateway id='g' default='g-b'/><task id='a'/><task id='b'/><parallelGateway id='j'/>", flows: "s -> g\ng -> a ? =x\ng -> b -> j -> e\na -> j", at: "j", "can wait for ever"),
        .init("a parallel join of inclusive ways", ends + "<inclusiveGateway id='g' default='g-b'/><task id='a'/><task id='b'/><parallelGateway id='j'/>", flows: "s -> g\ng -> a ? =x\ng -> b -> j -> e\na -> j", .warning, at: "j", "can wait for ever"),
        .init("an exclusive join of parallel ways", ends + "<parallelGateway id='g'/><task id='a'/><task id='b'/><exclusiveGateway id='j'/>", flows: "s -> g -> a -> j -> e\ng -> b -> j", .warning, at: "e", "two tokens can come here at once"),
        .init("a loop without wait", ends + "<exclusiveGateway id='g' default='g-e'/><task id='t'/><exclusiveGateway id='m'/>", flows: "s -> m -> t -> g -> e\ng -> m ? =x", at: "t", "part of a loop that waits for nothing"),
        .init("compensation that is not waited for", "<startEvent id='s'/><endEvent id='e'><compensateEventDefinition waitForCompletion='false'/></endEvent>", flows: "s -> e", at: "e", "not waited for"),
        .init("an escalation that starts a process", "<startEvent id='s'><escalationEventDefinition/></startEvent><endEvent id='e'/>", flows: "s -> e", at: "s", "an escalation event cannot stand here"),
    ]

    // swift-format-ignore
    static let extensions: [Mistake] = [
        .init("a service task without type", ends + "<serviceTask id='a'/>", flows: "s -> a -> e", at: "a", "expected zeebe:taskDefinition, found none"),
        .init("a business rule task without decision", ends + "<businessRuleTask id='a'/>", flows: "s -> a -> e", at: "a", "zeebe:taskDefinition or zeebe:calledDecision"),
        .init("a call without process", ends + "<callActivity id='a'/>", flows: "s -> a -> e", at: "a", "expected zeebe:calledElement"),
        .init("retries that are no number", service("<zeebe:taskDefinition type='x' retries='many'/>"), flows: "s -> a -> e", at: "a", "expected retries to be a whole number, found 'many'"),
        .init("an expression that does not compile", service("<zeebe:taskDefinition type='=1 +'/>"), flows: "s -> a -> e", at: "a", "the expression for the type does not compile"),
        .init("a mapping without target", service("<zeebe:taskDefinition type='x'/><zeebe:ioMapping><zeebe:input source='=1'/></zeebe:ioMapping>"), flows: "s -> a -> e", at: "a", "expected the target of a mapping to be a variable, found ''"),
        .init("a mapping to no variable", service("<zeebe:taskDefinition type='x'/><zeebe:ioMapping><zeebe:input source='=1' target='a-b'/></zeebe:ioMapping>"), flows: "s -> a -> e", at: "a", "found 'a-b'"),
        .init("a static condition", ends + "<exclusiveGateway id='g' default='g-e'/><task id='t'/>", flows: "s -> g -> e\ng -> t ? true", at: "g-t", "expected an expression for the condition, found the static value 'true'"),
        .init("a static output", service("<zeebe:taskDefinition type='x'/><zeebe:ioMapping><zeebe:output source='1' target='a'/></zeebe:ioMapping>"), flows: "s -> a -> e", at: "a", "found the static value '1'"),
        .init("a version that the set does not hold", ends + "<callActivity id='c'>\(Sketch.extensions("<zeebe:calledElement processId='child' bindingType='versionTag' versionTag='2.0'/>"))</callActivity>", flows: "s -> c -> e", .warning, at: "c", "expected version '2.0' of process child, found '1.0'"),
        .init("a binding without its tag", ends + "<callActivity id='c'>\(Sketch.extensions("<zeebe:calledElement processId='child' bindingType='versionTag'/>"))</callActivity>", flows: "s -> c -> e", at: "c", "expected versionTag in calledElement"),
        .init("a binding that does not exist", ends + "<callActivity id='c'>\(Sketch.extensions("<zeebe:calledElement processId='child' bindingType='newest'/>"))</callActivity>", flows: "s -> c -> e", at: "c", "found 'newest'"),
        .init("a linked resource", ends + "<serviceTask id='c'>\(Sketch.extensions("<zeebe:taskDefinition type='rpa'/><zeebe:linkedResources><zeebe:linkedResource resourceId='Robot' resourceType='RPA' linkName='main'/></zeebe:linkedResources>"))</serviceTask>", flows: "s -> c -> e", at: "c", "its linked resource 'Robot' (RPA)"),
        .init("an ad-hoc output collection without element", ends + "<adHocSubProcess id='p' >\(Sketch.extensions("<zeebe:adHoc outputCollection='r'/>"))<task id='t'/></adHocSubProcess>", flows: "s -> p -> e", at: "p", "expected outputCollection and outputElement together"),
        .init("a worker and active elements", ends + "<adHocSubProcess id='p' >\(Sketch.extensions("<zeebe:taskDefinition type='decide'/><zeebe:adHoc activeElementsCollection='=x'/>"))<task id='t'/></adHocSubProcess>", flows: "s -> p -> e", at: "p", "activeElementsCollection cannot stand together"),
        .init("a worker and a completion condition", ends + "<adHocSubProcess id='p' >\(Sketch.extensions("<zeebe:taskDefinition type='decide'/>"))<task id='t'/><completionCondition>=x</completionCondition></adHocSubProcess>", flows: "s -> p -> e", at: "p", "a completion condition cannot stand together"),
        .init("a worker and remaining instances", ends + "<adHocSubProcess id='p' cancelRemainingInstances='false'>\(Sketch.extensions("<zeebe:taskDefinition type='decide'/>"))<task id='t'/></adHocSubProcess>", flows: "s -> p -> e", at: "p", "cannot stand together with zeebe:taskDefinition"),
        .init("a command that decides an ad-hoc sub-process", ends + "<adHocSubProcess id='p' >\(Sketch.extensions("<zeebe:taskDefinition type='sales.release'/>"))<task id='t'/></adHocSubProcess>", flows: "s -> p -> e", at: "p", "cannot decide what an ad-hoc sub-process enters"),
        .init("a calendar of a cycle", ends + "<task id='u'/><task id='x'/>\(Sketch.boundary("b", on: "u", Sketch.extensions("<zeebe:properties><zeebe:property name='calendar' value='office'/></zeebe:properties>") + Sketch.every("R/PT1H"), interrupting: false))", flows: "s -> u -> e\nb -> x", at: "b", "a cycle counts all time"),
        .init("a month of working time", ends + "<task id='u'/><task id='x'/>\(Sketch.boundary("b", on: "u", Sketch.extensions("<zeebe:properties><zeebe:property name='calendar' value='office'/></zeebe:properties>") + Sketch.after("P1M"), interrupting: false))", flows: "s -> u -> e\nb -> x", at: "b", "'P1M' cannot be counted in the working time"),
        .init("a calendar as a header", ends + "<task id='u'/><task id='x'/>\(Sketch.boundary("b", on: "u", Sketch.extensions("<zeebe:taskHeaders><zeebe:header key='calendar' value='office'/></zeebe:taskHeaders>") + Sketch.after("P1D"), interrupting: false))", flows: "s -> u -> e\nb -> x", at: "b", "its calendar is a header"),
        .init("a cron with a day that is none", ends + "<task id='u'/><task id='x'/>\(Sketch.boundary("b", on: "u", Sketch.every("0 0 8 32W * *"), interrupting: false))", flows: "s -> u -> e\nb -> x", at: "b", "found '0 0 8 32W * *'"),
        .init("two forms", ends + "<userTask id='u'>\(Sketch.extensions("<zeebe:userTask/><zeebe:formDefinition formId='approve' externalReference='x'/>"))</userTask>", flows: "s -> u -> e", at: "u", "found formId, externalReference"),
        .init("a form that the diagram does not hold", ends + "<userTask id='u'>\(Sketch.extensions("<zeebe:userTask/><zeebe:formDefinition formKey='camunda-forms:bpmn:gone'/>"))</userTask>", flows: "s -> u -> e", at: "u", "form gone is not in the diagram"),
        .init("a cycle whose clock is to stop", ends + "<task id='u'/><task id='x'/>\(Sketch.boundary("b", on: "u", Sketch.extensions("<zeebe:properties><zeebe:property name='clock' value='stops'/></zeebe:properties>") + Sketch.every("R/PT1H"), interrupting: false))", flows: "s -> u -> e\nb -> x", at: "b", "its clock cannot stop"),
        .init("a clock that nothing stops", ends + "<task id='u'/><task id='x'/>\(Sketch.boundary("b", on: "u", Sketch.extensions("<zeebe:properties><zeebe:property name='clock' value='stops'/></zeebe:properties>") + Sketch.after("PT1H"), interrupting: false))", flows: "s -> u -> e\nb -> x", .warning, at: "b", "its clock never stops"),
        .init("a task listener of a task that is a job", ends + "<userTask id='u'>\(Sketch.extensions("<zeebe:taskListeners><zeebe:taskListener eventType='creating' type='x'/></zeebe:taskListeners>"))</userTask>", flows: "s -> u -> e", at: "u", "is no Zeebe user task"),
        .init("a task listener of a service task", ends + "<serviceTask id='u'>\(Sketch.extensions("<zeebe:taskDefinition type='w'/><zeebe:taskListeners><zeebe:taskListener eventType='completing' type='x'/></zeebe:taskListeners>"))</serviceTask>", flows: "s -> u -> e", at: "u", "it has a task listener (completing, 'x')"),
        .init("a task listener that is there twice", ends + "<userTask id='u'>\(Sketch.extensions("<zeebe:userTask/><zeebe:taskListeners><zeebe:taskListener eventType='assigning' type='x'/><zeebe:taskListener eventType='assigning' type='x'/></zeebe:taskListeners>"))</userTask>", flows: "s -> u -> e", at: "u", "two of its assigning listeners have the type 'x'"),
        .init("an execution listener that is there twice", ends + "<task id='u'>\(Sketch.extensions("<zeebe:executionListeners><zeebe:executionListener eventType='start' type='x'/><zeebe:executionListener eventType='end' type='x'/><zeebe:executionListener eventType='start' type='x'/></zeebe:executionListeners>"))</task>", flows: "s -> u -> e", at: "u", "two of its start listeners have the type 'x'"),
        .init("a task event at an execution listener", ends + "<task id='u'>\(Sketch.extensions("<zeebe:executionListeners><zeebe:executionListener eventType='creating' type='x'/></zeebe:executionListeners>"))</task>", flows: "s -> u -> e", at: "u", "the executionListener listens to 'creating'"),
        .init("an end listener of a gateway", ends + "<task id='u'/><exclusiveGateway id='g'>\(Sketch.extensions("<zeebe:executionListeners><zeebe:executionListener eventType='end' type='x'/></zeebe:executionListeners>"))</exclusiveGateway>", flows: "s -> u -> g -> e", at: "g", "its end listener 'x' cannot stand there"),
        .init("a start listener of a boundary event", ends + "<task id='u'/><task id='x'/>\(Sketch.boundary("b", on: "u", Sketch.extensions("<zeebe:executionListeners><zeebe:executionListener eventType='start' type='x'/></zeebe:executionListeners>") + Sketch.after("PT1H")))", flows: "s -> u -> e\nb -> x", at: "b", "its start listener 'x' cannot stand there"),
        .init("a loop without collection", ends + "<task id='a'><multiInstanceLoopCharacteristics/></task>", flows: "s -> a -> e", at: "a", "expected zeebe:loopCharacteristics"),
        .init("an output collection without element", ends + "<task id='a'><multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection='=x' outputCollection='y'/></extensionElements></multiInstanceLoopCharacteristics></task>", flows: "s -> a -> e", at: "a", "expected outputCollection and outputElement together"),
        .init("a standard loop", ends + "<task id='a'><standardLoopCharacteristics/></task>", flows: "s -> a -> e", at: "a", "standard loop is not supported"),
        .init("a message without correlation", ends + "<intermediateCatchEvent id='m'>\(Sketch.on(message: "M"))</intermediateCatchEvent>", flows: "s -> m -> e", roots: "<message id='M' name='sales.shipped'/>", at: "m", "its message has no correlation key"),
        .init("a message event without message", ends + "<receiveTask id='m'/>", flows: "s -> m -> e", at: "m", "expected a message, found 'none'"),
        .init("an error end without code", "<startEvent id='s'/><endEvent id='e'>\(Sketch.on(error: "E"))</endEvent>", flows: "s -> e", roots: "<error id='E'/>", at: "e", "its error has no code"),
        .init("a duration that is none", ends + "<intermediateCatchEvent id='t'>\(Sketch.after("5 minutes"))</intermediateCatchEvent>", flows: "s -> t -> e", at: "t", "expected a duration such as PT15M or P14D, found '5 minutes'"),
        .init("a cycle that interrupts", ends + Sketch.task("a") + Sketch.boundary("b", on: "a", Sketch.every("R/PT1H")), flows: "s -> a -> e\nb -> e", at: "b", "a cycle can only stand at a non-interrupting event"),
        .init("a cycle that is none", ends + Sketch.task("a") + Sketch.boundary("b", on: "a", Sketch.every("weekly"), interrupting: false), flows: "s -> a -> e\nb -> e", at: "b", "expected a cycle such as R3/PT1H, or cron, found 'weekly'"),
        .init("a priority out of range", ends + "<userTask id='u'>\(Sketch.extensions("<zeebe:priorityDefinition priority='101'/>"))</userTask>", flows: "s -> u -> e", at: "u", "expected a priority from 0 to 100, found '101'"),
        .init("an unknown command", service("<zeebe:taskDefinition type='sales.relase'/>"), flows: "s -> a -> e", at: "a", "command sales.relase is not known"),
        .init("a required field that is not mapped", service(release + Sketch.mapping(inputs: ["note": "=1"])), flows: "s -> a -> e", at: "a", "field order of sales.release is not mapped"),
        .init("a field that the command has not", service(release + Sketch.mapping(inputs: ["order": "=1", "color": "=1"])), flows: "s -> a -> e", at: "a", "sales.release has no field color"),
        .init("a code that the command never gives", service(release) + Sketch.boundary("b", on: "a", Sketch.on(error: "E")), flows: "s -> a -> e\nb -> e", roots: Sketch.error("E", "nope"), at: "b", "sales.release never gives the code nope"),
        .init("a command for people", service("<zeebe:taskDefinition type='sales.approve'/>"), flows: "s -> a -> e", .warning, at: "a", "command sales.approve is for people"),
        .init("an outside effect without compensation", service("<zeebe:taskDefinition type='send-mail'/>"), flows: "s -> a -> e", .warning, at: "a", "job send-mail has an effect outside and no compensation"),
        .init("an unknown event", ends + "<intermediateCatchEvent id='m'>\(Sketch.on(message: "M"))</intermediateCatchEvent>", flows: "s -> m -> e", roots: Sketch.message("M", "sales.sent"), at: "m", "event sales.sent is not known"),
        .init("an unknown decision", ends + "<businessRuleTask id='d'>\(Sketch.extensions("<zeebe:calledDecision decisionId='x' resultVariable='y'/>"))</businessRuleTask>", flows: "s -> d -> e", at: "d", "decision x is not known"),
        .init("an unknown form", ends + "<userTask id='u'>\(Sketch.extensions("<zeebe:formDefinition formId='x'/>"))</userTask>", flows: "s -> u -> e", at: "u", "form x is not known"),
        .init("an unknown process", ends + "<callActivity id='c'>\(Sketch.extensions("<zeebe:calledElement processId='x'/>"))</callActivity>", flows: "s -> c -> e", at: "c", "process x is not known"),
        .init("an unknown command of a user task", ends + "<userTask id='u'>\(Sketch.extensions("<zeebe:properties><zeebe:property name='command' value='sales.x'/></zeebe:properties>"))</userTask>", flows: "s -> u -> e", at: "u", "its command sales.x is not known"),
        .init("a role that nobody can have", ends + Sketch.task("u", groups: "byuer"), flows: "s -> u -> e", .warning, at: "u", "its candidate group byuer is no known role"),
        .init("one unknown role among others", ends + Sketch.task("u", groups: "buyer, bos"), flows: "s -> u -> e", .warning, at: "u", "its candidate group bos is"),
        .init("an unknown role as an expression", ends + Sketch.task("u", groups: "=\"bos\""), flows: "s -> u -> e", .warning, at: "u", "its candidate group bos is"),
        .init("an unknown role in a list", ends + Sketch.task("u", groups: "=[\"buyer\", \"bos\"]"), flows: "s -> u -> e", .warning, at: "u", "its candidate group bos is"),
        .init("an unknown role in one of two lists", ends + Sketch.task("u", groups: "=if kind in [\"x\"] then [\"buyer\"] else [\"bos\"]"), flows: "s -> u -> e", .warning, at: "u", "its candidate group bos is"),
        .init("a task for nobody", ends + "<userTask id='u'/>", flows: "s -> u -> e", .warning, at: "u", "nobody is named who may do the task"),
    ]
}

@Suite("Checks before deployment")
struct DefinitionCheckTests {
    @Test("structure", arguments: Mistake.structure)
    func checksStructure(_ row: Mistake) throws { try check(row) }

    @Test("extensions and names", arguments: Mistake.extensions)
    func checksExtensions(_ row: Mistake) throws { try check(row) }

    private func check(_ row: Mistake) throws {
        let findings = try Mistake.findings(row.sketch)
        let found = findings.contains {
            $0.severity == row.severity && $0.elementID == row.element
                && $0.message.contains(row.message) && $0.line > 1 && !$0.remedy.isEmpty
        }
        #expect(found, "\(findings.map(\.description))")
    }

    @Test("a sound process has no findings")
    func acceptsSound() throws {
        let sketch = Sketch.file(
            """
            <startEvent id='s'/><exclusiveGateway id='m'/><parallelGateway id='f'/>
            <task id='a'/><task id='b'/><parallelGateway id='j'/><exclusiveGateway id='g' default='g-e'/><endEvent id='e'/>
            <subProcess id='p'><startEvent id='i'/><endEvent id='o'/>\(Sketch.flows("i -> o"))
            </subProcess>
            """, flows: "s -> m -> f -> a -> j -> p -> g -> e\nf -> b -> j\ng -> m ? =again")
        #expect(try Mistake.findings(sketch) == [])
    }

    /// What may stand as candidate groups without a word about unknown roles.
    static let groups = [
        "buyer", "buyer,boss", " buyer , boss ", "=\"boss\"", "=[\"buyer\", \"boss\"]",
        "=approvers", "=[role]", "=if kind = \"x\" then [\"buyer\"] else [\"boss\"]",
        "=if kind in [\"x\", \"y\"] then [\"buyer\"] else approvers", "=[]",
    ]

    @Test("known roles, and those that only the instance tells, are no doubt", arguments: groups)
    func acceptsRoles(_ groups: String) throws {
        let sketch = Sketch.file(
            "<startEvent id='s'/><endEvent id='e'/>\(Sketch.task("u", groups: groups))",
            flows: "s -> u -> e")
        let findings = try Mistake.findings(sketch)
        #expect(!findings.contains { $0.message.contains("role") }, "\(findings)")
    }

    /// A task with a boundary event that leaves it at work, and where the event's path goes.
    private static func beside(_ flows: String) -> String {
        Sketch.file(
            """
            <startEvent id='s'/>\(Sketch.task("a"))\(Sketch.task("tell"))\(Sketch.task("next"))
            <endEvent id='e'/><endEvent id='told'/><exclusiveGateway id='m'/>
            \(Sketch.boundary("b", on: "a", Sketch.every("R/PT1H"), interrupting: false))
            """, flows: flows)
    }

    @Test("a path beside the work is no double; one that comes back to the work is")
    func pathsBeside() throws {
        let doubled = "two tokens can come here at once"
        let beside = try Mistake.findings(
            Self.beside("s -> a -> m -> next -> e\nb -> tell -> told"))
        #expect(!beside.contains { $0.message.contains(doubled) }, "\(beside)")
        let back = try Mistake.findings(Self.beside("s -> a -> m -> next -> e\nb -> tell -> m"))
        #expect(back.contains { $0.message.contains(doubled) }, "\(back)")
    }

    @Test("only a start event without a trigger lets a person start the process")
    func plainStarts() throws {
        let ends = "<endEvent id='e'/>"
        let rows: [(starts: String, isPlain: Bool)] = [
            ("<startEvent id='s'/>", true),
            ("<startEvent id='s'>\(Sketch.on(message: "M"))</startEvent>", false),
            ("<startEvent id='s'>\(Sketch.every("R/PT1H"))</startEvent>", false),
            (
                "<startEvent id='s'>\(Sketch.on(message: "M"))</startEvent><startEvent id='t'/>",
                true
            ),
            (
                "<startEvent id='s'>\(Sketch.on(message: "M"))</startEvent><subProcess id='p'><startEvent id='i'/></subProcess>",
                false
            ),
        ]
        for row in rows {
            let file = Sketch.file(
                row.starts + ends, flows: "s -> e", roots: Sketch.message("M", "sales.shipped"))
            let definition = try #require(try Sketch.definitions(file).first)
            #expect(definition.hasPlainStart == row.isPlain, "\(row.starts)")
        }
    }

    @Test("a process that is too large is refused soon, by the name of the limit")
    func limitsSize() throws {
        var nodes = "<startEvent id='s'/>"
        for number in 0..<6_000 {
            nodes += "<inclusiveGateway id='g\(number)'/>"
            nodes += "<sequenceFlow id='f\(number)' sourceRef='g\(number)' targetRef='g0'/>"
            nodes += "<sequenceFlow id='h\(number)' sourceRef='g0' targetRef='g\(number)'/>"
        }
        let findings = try Mistake.findings(Sketch.file(nodes)).map(\.message)
        for what in ["5000 elements", "10000 flows", "400 flows into inclusive joins"] {
            #expect(findings.contains { $0.hasPrefix("a process may have \(what)") }, "\(what)")
        }
        var deep = "<task id='t'/>"
        for number in 0..<40 { deep = "<subProcess id='p\(number)'>\(deep)</subProcess>" }
        let nested = try Mistake.findings(Sketch.file(deep)).map(\.message)
        #expect(nested.contains("sub-processes are nested more than 32 deep"))
    }

    @Test("a message names file, line, element and remedy")
    func describes() throws {
        let findings = try Mistake.findings(Sketch.file("<endEvent id='e' name='Done'/>"))
        #expect(
            findings.first?.description
                == "sketch.bpmn:5: error: main: the process has no start event; draw one")
    }

    @Test("names are listed with the elements that use them")
    func lists() throws {
        let sketch = Sketch.file(
            """
            <startEvent id='s'/>\(Sketch.task("a", type: "sales.release"))
            \(Sketch.task("b", type: "=kind"))
            <intermediateCatchEvent id='m'>\(Sketch.on(message: "M"))</intermediateCatchEvent>
            """, flows: "s -> a -> b -> m", roots: Sketch.message("M", "sales.shipped"))
        let references = try #require(try Sketch.definitions(sketch).first).references
        #expect(references.taskTypes == [.init(elementID: "a", name: "sales.release")])
        #expect(references.messages == [.init(elementID: "m", name: "sales.shipped")])
    }

    @Test("what is no BPMN is named")
    func refusesOther() throws {
        let file = try ProcessFile.parse(Array("<html/>".utf8), name: "x.bpmn", hash: "")
        #expect(
            file.diagnostics.map(\.message)
                == ["expected a BPMN 2.0 definitions element, found html"])
        #expect(!file.isDeployable)
        #expect(throws: MarkupFailure.self) {
            try ProcessFile.parse(Array("nothing".utf8), name: "x.bpmn", hash: "")
        }
    }
}
