package import ConciergeKit

/// What a provider's rules decided with besides what the history has: its section of the configuration, and the lodge's
/// zone. A replay of the history decides with them again.
///
/// No setting is secret today; one that is to be must not be stored as it is written.
package struct ServedSettings: Sendable, Hashable {
    /// The name of the lodge's zone.
    package let zone: String
    /// The settings that the section gives, a JSON object. Settings that it leaves out have the defaults of the build.
    package let section: [UInt8]

    package init(zone: String, section: [UInt8]) {
        self.zone = zone
        self.section = section
    }
}

/// Settings as they held from a history line on.
package struct RecordedSettings: Sendable, Hashable {
    /// The position of the first line that may have been decided with them.
    package let since: Int64
    package let provider: ProviderID
    package let settings: ServedSettings

    package init(since: Int64, provider: ProviderID, settings: ServedSettings) {
        self.since = since
        self.provider = provider
        self.settings = settings
    }
}

extension Registry {
    /// By provider, what it is served with.
    package var settings: [ProviderID: ServedSettings] {
        Dictionary(
            uniqueKeysWithValues: providers.map {
                ($0.id, ServedSettings(zone: zone.description, section: $0.section))
            })
    }
}
