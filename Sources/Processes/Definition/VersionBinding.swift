/// Which version of a called process, decision or form an element means.
package enum VersionBinding: Sendable, Equatable {
    /// The one that was deployed together with the process: what an instance keeps, and what is
    /// meant where a diagram says nothing.
    case deployment
    /// The one that is deployed last when the element is entered.
    case latest
    /// The one that is deployed last with this version tag.
    case versionTag(String)
}

/// What a version tag can stand at.
package enum VersionedKind: Sendable, Equatable {
    case process, decision, form
}
