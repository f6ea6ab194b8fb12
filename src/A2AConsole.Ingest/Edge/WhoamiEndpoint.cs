using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace A2AConsole.Ingest.Edge;

/// <summary>Tells an agent as whom it is known, how long its certificate still counts, and the time, so that it sees its clock's error.</summary>
internal static class WhoamiEndpoint
{
    public static Task HandleAsync(HttpContext context)
    {
        var peer = context.Features.GetRequiredFeature<EdgePeer>();
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        context.Response.ContentType = "application/json";
        using (var writer = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            writer.WriteStartObject();
            writer.WriteString("spiffeId"u8, peer.AgentId);
            writer.WriteString("serial"u8, peer.Serial);
            writer.WriteString("keyId"u8, peer.Svid.KeyId);
            writer.WriteString("notAfter"u8, peer.Svid.NotAfter.UtcDateTime);
            writer.WriteNumber("secondsLeft"u8, (long)(peer.Svid.NotAfter - now).TotalSeconds);
            writer.WriteString("serverTime"u8, now.UtcDateTime);
            writer.WriteEndObject();
        }
        return context.Response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }
}
