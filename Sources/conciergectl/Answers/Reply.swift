import JSON
import Wording

// Reads the members of the daemon's replies. Members that are not known are passed over, so that an older conciergectl
// understands a newer daemon.
extension JSONObject {
    func string(_ key: String) throws(Failure) -> String {
        guard let value = self[key]?.stringValue else { throw .unreadable(key) }
        return value
    }

    func optionalString(_ key: String) -> String? { self[key]?.stringValue }

    func int(_ key: String) throws(Failure) -> Int64 {
        guard let value = self[key]?.intValue else { throw .unreadable(key) }
        return value
    }

    func double(_ key: String) throws(Failure) -> Double {
        guard let value = self[key]?.doubleValue else { throw .unreadable(key) }
        return value
    }

    func bool(_ key: String) throws(Failure) -> Bool {
        guard let value = self[key]?.boolValue else { throw .unreadable(key) }
        return value
    }

    func object(_ key: String) throws(Failure) -> JSONObject {
        guard let value = self[key]?.objectValue else { throw .unreadable(key) }
        return value
    }

    /// A text in both languages; a member that is not one is nil.
    func optionalWords(_ key: String) -> Text? {
        guard let value = self[key], let fr = value["fr"]?.stringValue, let en = value["en"]?.stringValue else {
            return nil
        }
        return Text(saidInFrench: fr, english: en)
    }

    func words(_ key: String) throws(Failure) -> Text {
        guard let value = optionalWords(key) else { throw .unreadable(key) }
        return value
    }

    func strings(_ key: String) throws(Failure) -> [String] {
        guard let values = self[key]?.arrayValue else { throw .unreadable(key) }
        return values.compactMap(\.stringValue)
    }

    func list<Element>(
        _ key: String, of read: (JSONObject) throws(Failure) -> Element
    ) throws(Failure) -> [Element] {
        guard let values = self[key]?.arrayValue else { throw .unreadable(key) }
        var elements: [Element] = []
        for value in values {
            guard let object = value.objectValue else { throw .unreadable(key) }
            elements.append(try read(object))
        }
        return elements
    }
}
