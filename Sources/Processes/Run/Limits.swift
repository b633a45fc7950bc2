/// How much one instance may do and hold.
package struct ProcessLimits: Sendable, Equatable {
    /// Bytes of all variables of an instance; going over it is the incident `variables-too-large`.
    package var variableBytesMax = 64 * 1024
    /// Elements entered in one advance before the rest is left for the next.
    package var elementsPerAdvanceMax = 100
    /// Advances with nothing from outside before the incident `runaway`.
    package var advancesWithoutOutsideMax = 100
    /// Items of a multi-instance activity.
    package var loopItemsMax = 1_000
    /// Element instances active at once.
    package var activeElementsMax = 10_000
    /// Scopes, loops and called processes inside each other.
    package var depthMax = 64
    /// Attempts of a command that the engine asks to put off.
    package var commandAttemptsMax = 3

    package init() {}
}
