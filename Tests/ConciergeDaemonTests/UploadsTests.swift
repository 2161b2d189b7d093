import Testing

@testable import ConciergeDaemon

@Suite("Files that are uploaded in portions")
struct UploadsTests {
    @Test("Portions follow one another to the file of their connection, and no other connection has it")
    func portions() throws {
        let uploads = Uploads()
        let (name, _) = try uploads.add([1, 2], to: nil, from: 7)
        #expect(try uploads.add([3], to: name, from: 7) == (name, 3))
        #expect(throws: Uploads.Refusal.unknown) { try uploads.add([4], to: name, from: 8) }
        #expect(uploads.file(name, of: 8, taking: false) == nil)
        #expect(uploads.file(name, of: 7, taking: false) == [1, 2, 3])
        #expect(uploads.file(name, of: 7, taking: true) == [1, 2, 3])
        #expect(uploads.file(name, of: 7, taking: false) == nil)
    }

    @Test("A file ends with its connection, and when another one begins on it")
    func ends() throws {
        let uploads = Uploads()
        let (first, _) = try uploads.add([1], to: nil, from: 7)
        let (second, _) = try uploads.add([2], to: nil, from: 7)
        #expect(uploads.file(first, of: 7, taking: false) == nil)
        uploads.end(7)
        #expect(uploads.file(second, of: 7, taking: false) == nil)
        #expect(throws: Uploads.Refusal.unknown) { try uploads.add([3], to: second, from: 7) }
    }

    @Test("A file that is too large is forgotten")
    func limit() throws {
        let uploads = Uploads()
        let (name, _) = try uploads.add([UInt8](repeating: 0, count: Uploads.limit), to: nil, from: 7)
        #expect(throws: Uploads.Refusal.tooLarge) { try uploads.add([1], to: name, from: 7) }
        #expect(uploads.file(name, of: 7, taking: false) == nil)
    }
}
