from math import*
from random import*
class V(float):g=m=u=0
def D(x,y):r=V(sum(a*b for a,b in zip(x,y)));T[:0]=(r,x,y),(r,y,x);return r
def I(x,y):return[D(x,a)for a in y]
def P(x):a=D(x,x);r=V((a/16+1e-5)**-.5);T[:0]=(r,[a],[-r**3/32]),;return I([r],zip(x))
seed(42)
n=open("input.txt").read().split()
shuffle(n)
s=sorted(set("".join(n)))+[""]
v=len(s)
o=V(1)
W=[V(gauss(0,a))for a in[.02]*(v*32+896)+[0]*256+[.02]*1024+[0]*1024]
print("num docs:",len(n))
print("vocab size:",v)
print("num params:",len(W))
for p in range(1,521):
 R=[*zip(*[iter(W)]*16)];T=[];C=[];L=1;w=["",*n[p%len(n)-1]*(p<501)]
 for c,z in zip(w,R[v:v+8]):
  x=P(I([o,o],zip(R[s.index(c)],z)));C[:0]=I(P(x),R[-192:-144]),;y=[o]
  for j in range(16,32):q=[D(C[0][j&12:][:4],c[j&28:])for c in C];e=[exp(a/2)for a in q];e=[V(a/sum(e))for a in e];k=[c[j+16]for c in C];a=D(e,k);T[:0]=(a,q,[b*(c-a)/2 for b,c in zip(e,k)]),;y+=a,
  x=I(y,zip(x,*R[-144:-128]));x=I(I([o]+[D([a]*(a>0),[a])for a in I(P(x),R[-128:-64])],zip(x,*R[-64:])),R[v+8:v*2+8])
  for a in x:a.g=exp(a)/sum(map(exp,x))
  if p>500:w+=choices(s,[a.g**2 for a in x])[0]
  a=x[s.index((w+[""])[len(C)])];L*=a.g;a.g-=1
 if p>500:print("sample %2d:"%(p-500),"".join(w));continue
 for r,x,y in T:
  for a,b in zip(x,y):a.g+=b*r.g
 for a in W:a=W.pop(0);g=a.g/len(C);m=a.m*.9+g;u=a.u*.95+g*g/20;a=V(a-cos((p-1)*pi/1e3)**2/1e3*m/(1-.9**p)/((u/(1-.95**p))**.5+1e-8));a.m=m;a.u=u;W+=a,
 print("step %4d /  500 | loss %.4f"%(p,-log(L)/len(C))+"\n\n--- inference ---"*(p>499))