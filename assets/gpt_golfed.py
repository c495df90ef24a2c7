from random import*
from math import*
class V(float):g=m=u=0
U=lambda i,a:[Y(i,a)for a in a]
def Y(i,a):t=V(sum(h*n for h,n in zip(i,a)));r[:0]=(t,i,a),(t,a,i);return t
def p(i):g=Y(i,i);t=V((g/16+1e-5)**-.5);r[:0]=(t,[g],[-t**3/32]),;return U([t],zip(i))
seed(42);X=open("input.txt").read().split()
shuffle(X);v=sorted(set("".join(X)))+[""]
d=len(v);t=V(1)
s=[V(gauss(0,a))for a in[.02]*(d*32+896)+[0]*256+[.02]*1024+[0]*1024];print("num docs:",len(X));print("vocab size:",d);print("num params:",len(s))
for a in range(1,521):
 x=[*zip(*[iter(s)]*16)]
 r=[]
 c=[];j=1
 q=["",*X[a%len(X)-1]*(501>a)]
 for h,n in zip(q,x[d:d+8]):
  o=p(U([t,t],zip(x[v.index(h)],n)));c[:0]=U(p(o),x[-192:-144]),;l=[t]
  for w in range(16,32):b=[Y(c[0][w&12:][:4],i[w&28:])for i in c];f=[exp(i/2)for i in b];f=[V(i/sum(f))for i in f];Z=[i[w+16]for i in c];i=Y(f,Z);r[:0]=(i,b,[h*(n-i)/2 for h,n in zip(f,Z)]),;l+=i,
  o=U(l,zip(o,*x[-144:-128]))
  o=U(U([t]+[Y([a]*(a>0),[a])for a in U(p(o),x[-128:-64])],zip(o,*x[-64:])),x[d+8:d*2+8])
  for i in o:i.g=exp(i)/sum(map(exp,o))
  if a>500:q+=choices(v,[i.g**2 for i in o])[0]
  i=o[v.index((q+[""])[len(c)])];j*=i.g
  i.g-=1
 if a>500:print("sample %2d:"%(a-500),"".join(q));continue
 for W,o,l in r:
  for i,z in zip(o,l):i.g+=z*W.g
 for i in s:i=s.pop(0);g=i.g/len(c);m=i.m*.9+g;u=i.u*.95+g*g/20;i=V(i-cos((a-1)*pi/1e3)**2/1e3*m/(1-.9**a)/((u/(1-.95**a))**.5+1e-8));i.m=m;i.u=u;s+=i,
 print("step %4d /  500 | loss %.4f"%(a,-log(j)/len(c))+"\n\n--- inference ---"*(a>499))