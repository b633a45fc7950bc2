/// The account roles that the program itself knows; all others stand in posting tables alone.
package enum AccountRole {
    /// The other side of everything that is taken on; zero when the take-on is finished.
    package static let opening = "OPENING"
    /// The account that a person chose: a journal line, an expense, an opening balance.
    package static let chosen = "CHOSEN"
}
