import ConciergeEngine
import ConciergeKit
import Testing

@testable import ConciergeTesting

@Suite("Short ids")
struct ShortIDTests {
    private let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    private let ids: [String]

    init() {
        var generator = SplitMix64(seed: 42)
        ids = (0..<200).map { _ in ShortID.text(of: .random(in: 0..<(1 << 45), using: &generator)) }
    }

    /// A typed id in the form in which it is shown; nil if it is not valid.
    private func read(_ typed: String) -> String? { RequestID(typed)?.description }

    @Test("An id has ten characters of the alphabet and a hyphen, and reads as itself")
    func shape() {
        for id in ids {
            #expect(id.count == 11)
            #expect(Array(id)[5] == "-")
            #expect(id.filter { $0 != "-" }.allSatisfy(alphabet.contains))
            #expect(read(id) == id)
        }
        #expect(Set(ids).count == ids.count)
    }

    @Test("An id encodes its number, and ids are in the order of their numbers")
    func numbers() throws {
        var generator = SplitMix64(seed: 7)
        let numbers = (0..<200).map { _ in Int64.random(in: 0..<(1 << 45), using: &generator) }.sorted()
        #expect(numbers.map(ShortID.text) == numbers.map(ShortID.text).sorted())
        #expect(numbers.map { ShortID.number(of: ShortID.text(of: $0)) } == numbers)
        #expect(ShortID.number(of: "r-1") == nil)
    }

    @Test("Ids of one ledger grow, whatever the clock does, and a clock that was years ahead does not affect later ids")
    func grow() throws {
        let bench = try Bench()
        var last = RunID(number: 0)
        for step in [0, 0, 5, -3600, 1, 86_400, -86_400] {
            bench.now = bench.now + .seconds(step)
            let ids = try bench.decide((0..<40).map { _ in .trigger("toy.clean") }).compactMap(\.run?.id)
            #expect(ids.count == 40)
            #expect(ids == ids.sorted())
            #expect(try #require(ids.first) > last)
            last = try #require(ids.last)
        }
        bench.now = bench.now + .days(4000)
        _ = try bench.open("far")
        bench.now = bench.now - .days(4000)
        let back = try bench.open("back")
        #expect(back.number < ShortID.number(at: bench.now + .seconds(1)))
    }

    @Test("Every single wrong character is detected")
    func wrongCharacter() {
        for id in ids {
            var text = Array(id)
            for place in text.indices where text[place] != "-" {
                let right = text[place]
                for wrong in alphabet where wrong != right {
                    text[place] = wrong
                    #expect(read(String(text)) == nil)
                }
                text[place] = right
            }
        }
    }

    @Test("Every exchange of two characters is detected")
    func exchange() {
        for id in ids {
            let text = Array(id.filter { $0 != "-" })
            for first in text.indices {
                for second in text.indices where second > first && text[first] != text[second] {
                    var swapped = text
                    swapped.swapAt(first, second)
                    #expect(read(String(swapped)) == nil)
                }
            }
        }
    }

    @Test("Small letters, O for 0, I and L for 1, spaces and missing hyphens are accepted")
    func typed() throws {
        for id in ids {
            #expect(read(id.lowercased()) == id)
            #expect(read(id.replacing("-", with: "")) == id)
            #expect(read(id.map { "\($0) " }.joined()) == id)
            for (letter, digit) in [("O", "0"), ("o", "0"), ("I", "1"), ("i", "1"), ("L", "1"), ("l", "1")] {
                #expect(read(id.replacing(digit, with: letter)) == id)
            }
        }
        #expect(ids.contains { $0.contains("0") } && ids.contains { $0.contains("1") })
    }

    @Test("A text with another length or other characters is not an id")
    func nonsense() {
        let id = ids[0]
        let other = [id + "0", id.replacing("-", with: "/"), "É" + id.dropFirst(), "UUUUU-UUUUU"]
        for text in ["", "-", String(id.dropLast())] + other {
            #expect(read(text) == nil, "\(text)")
        }
    }
}
