// The framework loads CommonJS; what it loads is written in TypeScript beside it.
module.exports = async ({ resolveVariable }) => {
  const { stack } = await import('./stack.ts');
  const region = await resolveVariable('self:provider.region');
  const part = await resolveVariable('param:part');
  try {
    return stack({ region, part, policyFile: process.env.LIFEBOAT_POLICY ?? 'policy.yml' });
  } catch (error) {
    // The framework prints the stack of whatever is thrown here; what is wrong is in the words.
    error.stack = error.message;
    throw error;
  }
};
