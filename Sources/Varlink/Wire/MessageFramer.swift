import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Splits a stream of bytes into messages, each of which ends with a NUL byte.
///
/// The buffer has at most one incomplete message. Its size is at most the limit and the rest of the read that exceeded
/// the limit.
struct MessageFramer {
    /// A message is longer than the limit.
    struct TooLong: Error {}

    /// The longest message, in bytes and without its NUL.
    let maximumSize: Int
    private var buffer = ByteBuffer()
    /// The number of buffered bytes that are known to contain no NUL, so that no byte is searched twice.
    private var scanned = 0

    init(maximumSize: Int) { self.maximumSize = maximumSize }

    /// Appends received bytes.
    mutating func receive(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.discardReadBytes()
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// The next complete message without its NUL, or nil if none has been received.
    ///
    /// - Throws: ``TooLong`` as soon as the message exceeds the limit, even if its end has not been received.
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

    /// Whether received bytes are buffered.
    var isHoldingBytes: Bool { buffer.readableBytes > 0 }

    /// Discards all received bytes.
    mutating func clear() {
        buffer = ByteBuffer()
        scanned = 0
    }
}
