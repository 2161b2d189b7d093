import ConciergeKit
import ConciergeTesting
import Testing

@testable import ConciergeDaemon

@Suite("Progress board", .timeLimit(.minutes(20)))
struct ProgressBoardTests {
    @Test("Of many steps within a moment a listener receives the last, and a reader gets the latest")
    func coalesces() async {
        let board = ProgressBoard()
        // Made once, because an id is parsed from its text and the steps must come within a moment.
        let run: RunID = "run"
        let (heard, continuation) = AsyncStream.makeStream(of: Int.self)
        let token = board.listen(to: run) { continuation.yield($0.done) }
        for step in 1...1000 { board.take(TaskProgress(done: step), of: run) }
        #expect(board.latest(of: run)?.done == 1000)
        #expect(await heard.first { _ in true } == 1000)
        board.stopListening(token, to: run)
        board.forget(run)
        #expect(board.latest(of: run) == nil)
    }

    @Test("A listener receives only the progress of its own run")
    func others() async {
        let board = ProgressBoard()
        let (heard, continuation) = AsyncStream.makeStream(of: Int.self)
        _ = board.listen(to: "a") { continuation.yield($0.done) }
        board.take(TaskProgress(done: 7), of: "b")
        board.take(TaskProgress(done: 1), of: "a")
        #expect(await heard.first { _ in true } == 1)
    }
}
