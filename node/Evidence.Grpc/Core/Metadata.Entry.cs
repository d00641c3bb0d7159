using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One name with one value.</summary>
    public sealed class Entry
    {
        private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

        private readonly byte[]? _bytes;
        private readonly string? _text;

        /// <summary>An entry with text.</summary>
        /// <param name="key">Name of letters, digits and <c>_-.</c> that does not end in <c>-bin</c>; made lower case.</param>
        /// <param name="value">Printable ASCII.</param>
        /// <exception cref="ArgumentException">Name or value is not allowed.</exception>
        public Entry(string key, string value)
        {
            Key = CheckedKey(key, binary: false);
            if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                throw new ArgumentException($"The metadata value of {key} is not printable ASCII; use a name that ends in -bin.", nameof(value));
            _text = value;
        }

        /// <summary>An entry with bytes.</summary>
        /// <param name="key">Name of letters, digits and <c>_-.</c> that ends in <c>-bin</c>; made lower case.</param>
        /// <param name="value">Bytes.</param>
        /// <exception cref="ArgumentException">The name is not allowed.</exception>
        public Entry(string key, byte[] value)
        {
            Key = CheckedKey(key, binary: true);
            _bytes = value;
        }

        /// <summary>Name, in lower case.</summary>
        public string Key { get; }

        /// <summary>The value is bytes: the name ends in <c>-bin</c>.</summary>
        public bool IsBinary => _bytes is not null;

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The value is bytes.</exception>
        public string Value => _text ?? throw new InvalidOperationException($"The metadata value of {Key} is bytes.");

        /// <summary>The bytes, for a text its ASCII.</summary>
        public byte[] ValueBytes => _bytes ?? Encoding.ASCII.GetBytes(_text!);

        /// <inheritdoc/>
        public override string ToString() => IsBinary ? $"[{Key}: {_bytes!.Length} bytes]" : $"[{Key}: {_text}]";

        internal bool Is(string key) => string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);

        private static string CheckedKey(string key, bool binary)
        {
            var lower = key.ToLowerInvariant();
            if (lower.Length == 0 || lower.AsSpan().ContainsAnyExcept(KeyCharacters))
                throw new ArgumentException($"\"{key}\" is no metadata name: letters, digits and _-. are allowed.", nameof(key));
            if (lower.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal) != binary)
                throw new ArgumentException($"The metadata name {key} {(binary ? "must" : "must not")} end in -bin.", nameof(key));
            return lower;
        }
    }
}
