import Testing

@testable import ConciergeDaemon

@Suite("The random numbers of a batch")
struct BufferedRandomTests {
    private let random = BufferedRandom()

    private func draw(_ count: Int) -> [UInt64] { (0..<count).map { _ in random.next() } }

    @Test("A batch that is decided again gets the same numbers, and further ones if it needs more")
    func again() {
        random.beginBatch()
        random.beginPass()
        let first = draw(3)
        random.beginPass()
        let second = draw(100)
        #expect(Array(second.prefix(3)) == first)
        #expect(Set(second).count == 100)
    }

    @Test("Another batch gets other numbers")
    func another() {
        random.beginBatch()
        let first = draw(50)
        random.beginBatch()
        #expect(Set(first).isDisjoint(with: draw(50)))
    }
}
