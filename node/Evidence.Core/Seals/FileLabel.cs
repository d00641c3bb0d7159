using System.Text;

namespace Evidence.Core.Seals;

/// <summary>What a content part was called where it came from.</summary>
/// <param name="Name">The original file name, its bytes as they were: UTF-8, GB 18030 or anything else.</param>
/// <param name="MediaType">The media type that the submitter stated; may be empty.</param>
public sealed record FileLabel(byte[] Name, string MediaType)
{
    /// <summary>The name for people: UTF-8, with a replacement character where it is not.</summary>
    public string DisplayName => Encoding.UTF8.GetString(Name);
}
