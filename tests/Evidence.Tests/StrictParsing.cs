namespace Evidence.Tests;

/// <summary>What every parser of bytes from outside must keep to: it reads them, or says in a FormatException why not.</summary>
internal static class StrictParsing
{
    /// <summary>Changes, cuts, doubles and inserts bytes of a good text, a few hundred times; the same ones in every run.</summary>
    internal static void AssertReadsOrRefuses(byte[] good, Action<byte[]> parse)
    {
        parse(good);
        var random = new Random(good.Length);
        for (var i = 0; i < 600; i++)
        {
            var bytes = Damage(good, random);
            try
            {
                parse(bytes);
            }
            catch (FormatException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    private static byte[] Damage(byte[] good, Random random)
    {
        var from = random.Next(good.Length - 1);
        var to = random.Next(from + 1, good.Length);
        var noise = new byte[random.Next(1, 5)];
        random.NextBytes(noise);
        return random.Next(5) switch
        {
            0 => [.. good[..from], (byte)random.Next(256), .. good[(from + 1)..]],
            1 => [.. good[..from], .. good[to..]],
            2 => [.. good[..to], .. good[from..]],
            3 => [.. good[..from], .. noise, .. good[from..]],
            _ => [.. good[..from], good[to], .. good[(from + 1)..to], good[from], .. good[(to + 1)..]],
        };
    }
}
