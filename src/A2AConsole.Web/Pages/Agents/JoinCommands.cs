using A2AConsole.Trust;

namespace A2AConsole.Web.Pages.Agents;

/// <summary>What to run where the agent lives, ready to paste.</summary>
public static class JoinCommands
{
    /// <summary>Enrols with nothing but openssl, jq and curl.</summary>
    public static string Shell(IssuedJoinToken token, string authority)
        => $"""
            export A2A_AUTHORITY='{authority}'
            export A2A_JOIN_TOKEN='{token.Text}'
            src/A2AConsole.Agent/examples/openssl-agent.sh enroll
            """;

    /// <summary>Enrols with the SDK, or goes on with the identity that an earlier run got.</summary>
    public static string Sdk(IssuedJoinToken token, string authority)
        => $$"""
            using A2AConsole.Sdk;

            await using var agent = await AgentClient.OpenOrEnrollAsync(new AgentOptions
            {
                Authority = new Uri("{{authority}}"),
                JoinToken = "{{token.Text}}",
                StateDirectory = "{{token.SpiffeId[(token.SpiffeId.LastIndexOf('/') + 1)..]}}",
            });
            """;
}
