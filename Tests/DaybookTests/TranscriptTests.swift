import Foundation
import Testing

@testable import daybook

@Suite("Transcripts: dialogues with the tool")
struct TranscriptTests {
    @Test("is shown as written", arguments: Transcript.all)
    func isShownAsWritten(_ transcript: Transcript) throws {
        for dialogue in transcript.dialogues {
            let place = Comment(rawValue: "\(transcript.name):\(dialogue.line)")
            let daemon = try ScriptedDaemon(dialogue.script)
            let run = ToolRun(
                dialogue.arguments, environment: ["DAYBOOK_SOCKET": daemon.path],
                typed: dialogue.typed)
            #expect(daemon.finish() == [], place)
            #expect(ToolRun.lines(run.output) == dialogue.output, place)
            #expect(ToolRun.lines(run.errors) == dialogue.errors, place)
            #expect(run.status == dialogue.status, place)
        }
    }

    @Test("are there")
    func areThere() { #expect(Transcript.all.count >= 5) }
}
