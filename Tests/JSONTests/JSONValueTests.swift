import JSON
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test("An accessor returns the value of its own kind and nil for every other kind")
    func accessors() {
        let all: [JSON] = [nil, true, 1, 1.5, "s", [1], ["a": 1]]
        #expect(all.map(\.kind) == ["null", "bool", "int", "double", "string", "array", "object"])
        #expect(all.map(\.isNull) == [true, false, false, false, false, false, false])
        #expect(all.map(\.boolValue) == [nil, true, nil, nil, nil, nil, nil])
        #expect(all.map(\.intValue) == [nil, nil, 1, nil, nil, nil, nil])
        #expect(all.map(\.doubleValue) == [nil, nil, 1, 1.5, nil, nil, nil])
        #expect(all.map(\.stringValue) == [nil, nil, nil, nil, "s", nil, nil])
        #expect(all.map(\.arrayValue) == [nil, nil, nil, nil, nil, [1], nil])
        #expect(all.map(\.objectValue) == [nil, nil, nil, nil, nil, nil, ["a": 1]])
        #expect(all.map { $0["a"] } == [nil, nil, nil, nil, nil, nil, 1])
    }

    @Test("An object keeps the insertion order of its members, through changes too")
    func order() {
        var object: JSONObject = ["b": 1, "a": 2]
        object["c"] = 3
        object["b"] = 4
        #expect(object.keys == ["b", "a", "c"])
        #expect(object["b"] == 4)
        object["b"] = nil
        object["missing"] = nil
        object["b"] = .null
        #expect(object.keys == ["a", "c", "b"])
        #expect(object.map(\.key) == object.keys)
        #expect(object.count == 3 && !object.isEmpty)
        #expect(object["b"] == .some(.null))
    }

    @Test("Objects are equal, and hash alike, whatever the order of their members", arguments: [3, 40])
    func equality(count: Int) {
        let members = (0..<count).map { ("k\($0)", JSON($0)) }
        let one = JSONObject(members)
        var other = JSONObject(members.reversed())
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        other["k1"] = 99
        #expect(one != other)
        other["k1"] = nil
        #expect(one != other)
    }

    @Test("If several members have the same name, the last value counts, at the position of the first")
    func lastCounts() {
        let object: JSONObject = ["a": 1, "b": 2, "a": 3]
        #expect(object.keys == ["a", "b"])
        #expect(object["a"] == 3)
    }

    @Test("Among many members too, the last value of a name counts, at the position of the first")
    func lastCountsAmongMany() {
        let object = JSONObject((0..<100).map { ("k\($0 % 40)", JSON($0)) })
        #expect(object.keys == (0..<40).map { "k\($0)" })
        #expect(object["k19"] == 99 && object["k20"] == 60)
    }

    @Test("Values can be mapped while their names are kept")
    func mapValues() {
        let object: JSONObject = ["a": 1, "b": 2]
        #expect(object.mapValues { .int(($0.intValue ?? 0) * 10) } == ["a": 10, "b": 20])
    }

    @Test("Integers and doubles differ even where their numbers agree")
    func numbers() {
        #expect(JSON.int(1) != JSON.double(1))
    }
}
