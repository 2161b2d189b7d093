import ConciergeEngine
import Testing

@testable import ConciergeTesting

@Suite("Ids that are said on the telephone")
struct ShortIDTests {
    private let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    private let ids: [String]

    init() {
        var generator = SeededGenerator(seed: 42)
        ids = (0..<200).map { _ in ShortID.draw(from: &generator) }
    }

    @Test("An id has ten characters of the alphabet and a hyphen, and reads as itself")
    func shape() {
        for id in ids {
            #expect(id.count == 11)
            #expect(Array(id)[5] == "-")
            #expect(id.filter { $0 != "-" }.allSatisfy(alphabet.contains))
            #expect(ShortID.read(id) == id)
        }
        #expect(Set(ids).count == ids.count)
    }

    @Test("Every single wrong character is found")
    func wrongCharacter() {
        for id in ids {
            var text = Array(id)
            for place in text.indices where text[place] != "-" {
                let right = text[place]
                for wrong in alphabet where wrong != right {
                    text[place] = wrong
                    #expect(ShortID.read(String(text)) == nil)
                }
                text[place] = right
            }
        }
    }

    @Test("Every exchange of two characters is found")
    func exchange() {
        for id in ids {
            let text = Array(id.filter { $0 != "-" })
            for first in text.indices {
                for second in text.indices where second > first && text[first] != text[second] {
                    var swapped = text
                    swapped.swapAt(first, second)
                    #expect(ShortID.read(String(swapped)) == nil)
                }
            }
        }
    }

    @Test("Small letters, O for 0, I and L for 1, spaces and missing hyphens are read")
    func typed() throws {
        for id in ids {
            #expect(ShortID.read(id.lowercased()) == id)
            #expect(ShortID.read(id.replacing("-", with: "")) == id)
            #expect(ShortID.read(id.map { "\($0) " }.joined()) == id)
            for (letter, digit) in [("O", "0"), ("o", "0"), ("I", "1"), ("i", "1"), ("L", "1"), ("l", "1")] {
                #expect(ShortID.read(id.replacing(digit, with: letter)) == id)
            }
        }
        #expect(ids.contains { $0.contains("0") } && ids.contains { $0.contains("1") })
    }

    @Test("What has another length or another character is no id")
    func nonsense() {
        let id = ids[0]
        let other = [id + "0", id.replacing("-", with: "/"), "É" + id.dropFirst(), "UUUUU-UUUUU"]
        for text in ["", "-", String(id.dropLast())] + other {
            #expect(ShortID.read(text) == nil, "\(text)")
        }
    }
}
