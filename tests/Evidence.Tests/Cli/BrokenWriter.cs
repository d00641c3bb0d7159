using System.Text;

namespace Evidence.Tests.Cli;

/// <summary>An output that nothing can be written to.</summary>
internal sealed class BrokenWriter(Exception failure) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => throw failure;
}
