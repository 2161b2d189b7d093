import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Cuts a stream of bytes into messages, each of which ends in a NUL byte.
///
/// It holds at most one incomplete message, and of that at most the limit and the rest of the read that passed it.
struct MessageFramer {
    /// A message is longer than the limit.
    struct TooLong: Error {}

    /// The longest message, in bytes and without its NUL.
    let maximumSize: Int
    private var buffer = ByteBuffer()
    /// How many of the buffered bytes are known to hold no NUL, so that no byte is searched twice.
    private var scanned = 0

    init(maximumSize: Int) { self.maximumSize = maximumSize }

    /// Appends what was read.
    mutating func receive(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.discardReadBytes()
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// The next whole message without its NUL, or nil until more has been received.
    ///
    /// - Throws: ``TooLong`` as soon as it is certain, whether the message has ended or not.
    mutating func next() throws(TooLong) -> ByteBuffer? {
        let start = scanned
        let end = buffer.withUnsafeReadableBytes { bytes -> Int? in
            guard start < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + start, 0, bytes.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
        guard let end else {
            scanned = buffer.readableBytes
            if scanned > maximumSize { throw TooLong() }
            return nil
        }
        guard end <= maximumSize else { throw TooLong() }
        scanned = 0
        let message = buffer.readSlice(length: end)
        buffer.moveReaderIndex(forwardBy: 1)
        if buffer.readableBytes == 0 { buffer = ByteBuffer() }
        return message
    }

    /// Whether received bytes are left.
    var isHoldingBytes: Bool { buffer.readableBytes > 0 }

    /// Drops what has been received.
    mutating func clear() {
        buffer = ByteBuffer()
        scanned = 0
    }
}
