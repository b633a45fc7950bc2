internal import EventLog

/// What the log's envelope calls an object reference; the records below have one of the same name.
typealias ConcernedObject = ObjectReference
