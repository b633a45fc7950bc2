/// Names outside a process that it uses, with the element that uses each.
package struct DefinitionReferences: Sendable, Equatable {
    package struct Use: Sendable, Equatable {
        package var elementID: String
        package var name: String

        package init(elementID: String, name: String) {
            self.elementID = elementID
            self.name = name
        }
    }

    /// Task types: commands and jobs; those given by expressions are left out, here and below.
    package var taskTypes: [Use] = []
    /// Messages that start an instance.
    package var startMessages: [Use] = []
    /// Messages that a running instance waits for.
    package var messages: [Use] = []
    package var signals: [Use] = []
    package var decisions: [Use] = []
    package var forms: [Use] = []
    package var processes: [Use] = []
    /// Commands that completing a user task runs.
    package var taskCommands: [Use] = []
}

extension ProcessDefinition {
    /// All names outside the process that it uses.
    package var references: DefinitionReferences {
        var found = DefinitionReferences()
        for element in elements { add(element, to: &found) }
        return found
    }

    private func add(_ element: FlowElement, to found: inout DefinitionReferences) {
        func use(_ source: TextOrExpression) -> [DefinitionReferences.Use] {
            guard let text = source.staticText, !text.isEmpty else { return [] }
            return [DefinitionReferences.Use(elementID: element.id, name: text)]
        }
        for listener in element.listeners { found.taskTypes += use(listener.job.type) }
        if let job = element.job { found.taskTypes += use(job.type) }
        switch element.kind {
        case .adHocSubProcess(let adHoc):
            if let job = adHoc.job { found.taskTypes += use(job.type) }
        case .userTask(let task):
            if task.formSource == .linked { found.forms += use(.text(task.form)) }
            found.taskCommands += use(.text(element.property("command") ?? ""))
        case .businessRuleTask(let decision, _): found.decisions += use(decision)
        case .callActivity(let target): found.processes += use(target.processID)
        case .receiveTask(let message): found.messages += use(message.name)
        case .startEvent(.message(let message)) where element.parent == 0:
            found.startMessages += use(message.name)
        case .startEvent(.message(let message)), .catchEvent(.message(let message)),
            .boundaryEvent(.message(let message)):
            found.messages += use(message.name)
        default: break
        }
        switch element.event {
        case .signal(let name): found.signals += use(name)
        default: break
        }
    }
}
