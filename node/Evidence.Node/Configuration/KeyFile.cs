using System.Security.Cryptography;

namespace Evidence.Node.Configuration;

/// <summary>A file with one 32-byte secret as 64 hexadecimal characters, readable by its owner alone.</summary>
internal static class KeyFile
{
    private const int SecretSize = 32;

    /// <summary>Makes the file with a fresh random secret, unless it is there already: a key is never overwritten.</summary>
    internal static void CreateIfMissing(string path)
    {
        if (File.Exists(path)) return;
        var secret = RandomNumberGenerator.GetBytes(SecretSize);
        Write(path, secret);
        CryptographicOperations.ZeroMemory(secret);
    }

    /// <summary>Makes a second file with the same secret, unless it is there already.</summary>
    /// <exception cref="KeyFileException">The first one cannot be used.</exception>
    internal static void Copy(string path, string copy)
    {
        if (File.Exists(copy)) return;
        var secret = Read(path);
        Write(copy, secret);
        CryptographicOperations.ZeroMemory(secret);
    }

    /// <summary>Reads the secret.</summary>
    /// <exception cref="KeyFileException">The file is missing, readable by others, or holds something else.</exception>
    internal static byte[] Read(string path)
    {
        if (!File.Exists(path)) throw new KeyFileException(path, "is not there: make the keys with `evidence node init`");
        OwnerOnlyFile.Check(path);
        var secret = new byte[SecretSize];
        var text = File.ReadAllText(path).Trim();
        if (Convert.FromHexString(text, secret, out _, out var written) != System.Buffers.OperationStatus.Done || written != SecretSize)
            throw new KeyFileException(path, "does not hold 64 hexadecimal characters");
        return secret;
    }

    private static void Write(string path, byte[] secret)
    {
        var text = System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret) + "\n");
        OwnerOnlyFile.Write(path, text);
        CryptographicOperations.ZeroMemory(text);
    }
}

/// <summary>A key file that cannot be used. The message names the file and never its content.</summary>
public sealed class KeyFileException : Exception
{
    /// <summary>Says what is wrong with the file.</summary>
    public KeyFileException(string path, string problem) : base($"The key file {path} {problem}.") { }
}
