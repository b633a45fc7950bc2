/// What an expression can see from outside: variables, the step's time, and host functions.
package struct Scope: Sendable {
    /// Finds a variable by its name; nil when there is none.
    ///
    /// Asked only when the variable is needed.
    package typealias LookUp = @Sendable (String) -> Value?

    package var lookUp: LookUp
    /// What `now()` and `today()` say; without it they are null with a problem.
    package var now: DateAndTime?
    /// What `uuid()` and `random number()` derive their values from: a text that no other evaluation
    /// has; without it they are null with a problem.
    package var seed: String?
    /// The host's functions; few, so that looking one up compares names.
    package var functions: [FunctionValue]
    package var limits: EvaluationLimits

    package init(
        now: DateAndTime? = nil, seed: String? = nil, functions: [FunctionValue] = [],
        limits: EvaluationLimits = .standard, lookUp: @escaping LookUp
    ) {
        self.lookUp = lookUp
        self.now = now
        self.seed = seed
        self.functions = functions
        self.limits = limits
    }

    /// A scope with the entries of a context as its variables.
    package init(
        _ variables: Context = .empty, now: DateAndTime? = nil, functions: [FunctionValue] = [],
        limits: EvaluationLimits = .standard
    ) {
        self.init(now: now, functions: functions, limits: limits) { variables[$0] }
    }

    package static let empty = Scope()

    func value(named name: String) -> Value? {
        if let value = lookUp(name) { return value }
        return functions.last { $0.name == name }.map(Value.function)
    }
}
