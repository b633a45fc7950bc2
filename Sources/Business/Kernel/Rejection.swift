package import Records

/// The stable name of a refusal: part of the protocol, never changed, one page and one test each.
package struct RejectionCode: Hashable, Sendable, CustomStringConvertible {
    /// The code as clients see it, `period-locked`.
    package let name: String

    /// A code.
    ///
    /// Declare codes as static members beside the department that gives them.
    package init(_ name: String) { self.name = name }

    /// The code as clients see it.
    package var description: String { name }
}

/// Why a command was refused: nothing happened (law 3).
package struct Rejection: Error, Equatable, Sendable, CustomStringConvertible {
    /// The stable code.
    package let code: RejectionCode
    /// Expected, found and remedy, in a sentence or two.
    package let message: String
    /// Facts that a program may want: the open quantity, the period, the limit.
    package let details: [JSONMember]

    /// A refusal.
    package init(_ code: RejectionCode, _ message: String, _ details: [JSONMember] = []) {
        self.code = code
        self.message = message
        self.details = details
    }

    /// Code and message.
    package var description: String { "\(code): \(message)" }
}

extension RejectionCode {
    /// The thing named does not exist.
    package static let unknownObject = RejectionCode("unknown-object")
    /// A thing with this identifier exists already.
    package static let alreadyExists = RejectionCode("already-exists")
    /// The thing is not in a state in which this can be done.
    package static let wrongState = RejectionCode("wrong-state")
    /// The stream is at another version than the caller expected.
    package static let wrongVersion = RejectionCode("wrong-version")
    /// The key was used for another command.
    package static let keyReused = RejectionCode("key-reused")
    /// The actor has no role that may do this.
    package static let notAllowed = RejectionCode("not-allowed")
    /// Two duties that must be apart would fall on one person.
    package static let separatedDuties = RejectionCode("separated-duties")
    /// An amount is above what the person may decide.
    package static let limitExceeded = RejectionCode("limit-exceeded")
    /// A quantity is more than what is open.
    package static let quantityExceeds = RejectionCode("quantity-exceeds")
    /// A value of the command means nothing here.
    package static let invalidValue = RejectionCode("invalid-value")
    /// A date lies before what it belongs to, or too far ahead.
    package static let dateOutOfRange = RejectionCode("date-out-of-range")
    /// The period of the effective date is closed or locked.
    package static let periodLocked = RejectionCode("period-locked")
    /// No company is founded yet.
    package static let companyNotFounded = RejectionCode("company-not-founded")
    /// A currency other than the company's base currency.
    package static let currencyNotSupported = RejectionCode("currency-not-supported")
    /// An amount or quantity does not fit its exact form.
    package static let amountOverflow = RejectionCode("amount-overflow")
    /// No rule says what to do.
    package static let noRule = RejectionCode("no-rule")
    /// A rule yielded something that cannot be used.
    package static let badRuleResult = RejectionCode("bad-rule-result")
    /// A command set off more than a command may.
    package static let tooManyConsequences = RejectionCode("too-many-consequences")
    /// A command names more things than a command may.
    package static let tooManyStreams = RejectionCode("too-many-streams")
    /// The log could not be read; nothing was decided.
    package static let logUnreadable = RejectionCode("log-unreadable")
}

extension Rejection {
    /// Turns a refusal of exact arithmetic into one of the command.
    package init(_ failure: ArithmeticFailure, computing what: String) {
        self.init(.amountOverflow, "Computing \(what): \(failure.description).")
    }
}

/// Exact arithmetic inside a decider: its failures become refusals of the command.
package func computing<Value>(
    _ what: @autoclosure () -> String, _ body: () throws(ArithmeticFailure) -> Value
) throws(Rejection) -> Value {
    do throws(ArithmeticFailure) {
        return try body()
    } catch {
        throw Rejection(error, computing: what())
    }
}
