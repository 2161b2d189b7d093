#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A time zone: how far local time is ahead of UTC at any moment.
struct Zone: Sendable {
    /// Seconds ahead of UTC at a moment given in seconds since 1970.
    let offset: @Sendable (Int64) -> Int64

    /// The zone of the caller, as `TZ` or `/etc/localtime` has it.
    static let system = Zone { moment in
        var moment = time_t(moment)
        var parts = tm()
        guard localtime_r(&moment, &parts) != nil else { return 0 }
        return Int64(parts.tm_gmtoff)
    }

    static let utc = Zone { _ in 0 }

    /// The moment at which clocks here show this local time, or nil where they skip it in spring.
    ///
    /// A time that comes twice in autumn is its first.
    func moment(ofLocal seconds: Int64) -> Int64? {
        let day: Int64 = 86_400
        let candidates = Set([offset(seconds - day), offset(seconds + day)])
        return candidates.map { seconds - $0 }.filter { $0 + offset($0) == seconds }.min()
    }
}
